import type { ModelRequest, ToolCallBlock } from '../../src/model/model.ts'
import { DIRECTION_KINDS, type DirectionKind } from '../../src/state/redirection.ts'
import { PLAN_FILE, STAGES, WORKLOADS } from './trap-task.ts'

/** What the seeded model takes from the texts that it is given. It sees nothing else of the run. */
export interface Briefing {
  readonly attempt: number
  readonly text: string
}

/** A move as it is told anywhere: in a summary, a lesson, a note, a record. */
const MOVE = new RegExp(`(?:(?:${STAGES.join('|')}): (?:\\w+, \\w+, \\w+|batch \\d+)(?:; )?)+\\.`, 'g')
/** What is said of a move that came to something. */
const SUCCESS = /\baccepted\b|(?<!\bno )\bgain\b(?: \(|: )|: v\d+: \+/
/** A line about a failure that is said not to be one of the move as such. */
const DOUBT = /\b(?:began|begun) from v\d|alone: there it brought \+|[Bb]egun from an earlier version/
/** Words by which a kind of direction is known; one without any is something structurally different. */
const KIND_WORDS: readonly (readonly [kind: DirectionKind, words: RegExp])[] = [
  ['unlikely', /least likely/i],
  ['combine', /\bcombin|\bmerge/i],
  ['profile', /\bmeasure\b|\bprofile|\btime the\b/i],
  ['simplify', /\btake away|\bsimpl/i],
  ['algorithm', /\balgorithm/i],
  ['refine', /\bgo on from\b|\bsmall change/i],
]

/** The briefing that the attempt began with or, after a compaction, goes on with. */
export function findBriefing({ messages }: ModelRequest): Briefing {
  const texts = messages.flatMap((message) =>
    message.role === 'user'
      ? message.content.flatMap((block) => (block.type === 'text' ? [block.text] : []))
      : [],
  )
  const text = texts.findLast((candidate) => candidate.startsWith('# Attempt ')) ?? ''
  return { attempt: Number(/^# Attempt (\d+)/.exec(text)?.[1] ?? 0), text }
}

/** What the calls of the last turn came to, in order. */
export function lastResults({ messages }: ModelRequest): readonly string[] {
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
  return turn.flatMap((message) =>
    message.role === 'user'
      ? message.content.flatMap((block) => (block.type === 'tool_result' ? [block.text] : []))
      : [],
  )
}

/** The plans that it wrote itself in its last attempts, as far as the conversation still has them. */
export function findOwnPlans({ messages }: ModelRequest, sinceAttempt: number): ReadonlySet<string> {
  const plans = new Set<string>()
  let attempt = 0
  for (const { content } of messages)
    for (const block of content) {
      if (block.type === 'text') attempt = Number(/^# Attempt (\d+)/.exec(block.text)?.[1] ?? attempt)
      const plan = block.type === 'tool_call' ? planIn(block) : null
      if (plan !== null && attempt >= sinceAttempt) plans.add(plan)
    }
  return plans
}

/**
 * Moves that a text says came to nothing: versions, and what they were made by, did not. What is said of a move stands behind it; of
 * the first of a line, before it, too. A lesson in a document is read as a whole, as where it stands in one line.
 */
export function findFailures(text: string): readonly string[] {
  const lines = text
    .replace(/^## Best so far.*\n.*$/m, '')
    .replaceAll(/^\[lessons\/.*\n<document>$/gm, '')
    .replaceAll(/\n+- (?=What happened|Why:|When it would differ:)/g, ' ')
    .split('\n')
  return lines.flatMap((line) => {
    if (/^- v\d+ \(/.test(line) || DOUBT.test(line)) return []
    const moves = [...line.matchAll(MOVE)]
    return moves.flatMap(({ 0: move, index }, at) => {
      const said = line.slice(at === 0 ? 0 : index, moves[at + 1]?.index)
      return SUCCESS.test(said) ? [] : [move]
    })
  })
}

/** The kind of the direction that is in force, by its words; null where there is none. */
export function findDirection({ text }: Briefing): DirectionKind | null {
  const what = /^## Directions\n.*\n- (.*)$/m.exec(text)?.[1]
  if (what === undefined) return null
  return KIND_WORDS.find(([, words]) => words.test(what))?.[0] ?? 'explore'
}

/** The kind of change that the page of what attempts have shown says gained most an attempt; null where it names none that is a kind of move. */
export function findMostGained({ text }: Briefing): DirectionKind | null {
  const kind = /^Gained in the last \d+ attempts?, the most promising first: ([^(]+) \(/m.exec(text)?.[1]
  return kind === undefined ? null : (KIND_WORDS.find(([, words]) => words.test(kind))?.[0] ?? null)
}

/** An attempt that may be worth another look, and the stages in which it did well, where that was said. */
export interface Source {
  readonly attempt: number
  readonly stages: readonly string[]
}

/** Attempts that it is told did well on a workload alone, or on the version that they began from. */
export function findGoodForPart({ text }: Briefing): readonly Source[] {
  return text.split('\n').flatMap((line) => {
    const [, workload] = /On (\w+) alone: there it brought \+/.exec(line) ?? []
    const isForAll = /Brought onto v\d+: it began from/.test(line)
    const [, attempt] = /\(attempts? (?:[\d, ]+, )?(\d+)\)/.exec(line) ?? []
    const stages =
      Object.entries(WORKLOADS).find(([name]) => name === workload)?.[1] ?? (isForAll ? STAGES : null)
    return attempt === undefined || stages === null ? [] : [{ attempt: Number(attempt), stages }]
  })
}

/** Attempts that the briefing reminds it of. */
export function findReminders({ text }: Briefing): readonly Source[] {
  const section = /^## Past attempts that may be worth another look.*\n((?:- .*\n?)*)/m.exec(text)?.[1] ?? ''
  return [...section.matchAll(/^- attempt (\d+)/gm)].map(([, attempt]) => ({
    attempt: Number(attempt),
    stages: STAGES,
  }))
}

/** The stages of the workload that the best version is slowest on. */
export function findSlowest({ text }: Briefing): readonly string[] {
  const scores = Object.entries(WORKLOADS).map(([workload, stages]) => ({
    stages,
    score: Number(new RegExp(`^${workload} +([\\d.]+)`, 'm').exec(text)?.[1] ?? Number.POSITIVE_INFINITY),
  }))
  return scores.toSorted((a, b) => a.score - b.score)[0]?.stages ?? STAGES
}

/** The number of the best version. */
export function findBest({ text }: Briefing): number {
  return Number(/^## Best so far: v(\d+)/m.exec(text)?.[1] ?? 0)
}

/** Whether the work starts from a version before the best. */
export function startsEarlier({ text }: Briefing): boolean {
  return text.includes('That is an earlier version, to take another way from')
}

/** The gain that an evaluation tells of, as a percentage; null where it tells none against the best version. */
export function findGain(report: string): number | null {
  const gain = /^Correct: \S+ against \S+ of v\d+, ([+-][\d.,]+)%/.exec(report)?.[1]
  return gain === undefined ? null : Number(gain.replaceAll(',', ''))
}

/** How likely each kind of direction is said to be worth it, in the record that a reviewer reads. */
export function findWeights(text: string): ReadonlyMap<DirectionKind, number> {
  return new Map(
    DIRECTION_KINDS.map((kind) => [
      kind,
      Number(new RegExp(`^- ${kind}: (\\d+)%$`, 'm').exec(text)?.[1] ?? 0),
    ]),
  )
}

function planIn({ name, input }: ToolCallBlock): string | null {
  if (name !== 'write_file' || typeof input !== 'object' || input === null) return null
  return 'path' in input && input.path === PLAN_FILE && 'content' in input ? String(input.content) : null
}
