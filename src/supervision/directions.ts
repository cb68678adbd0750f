import { z } from 'zod'
import type { Usage } from '../events.ts'
import type { RunState } from '../journal.ts'
import { type ModelClient, textOf } from '../model/model.ts'
import type { Direction } from '../score.ts'
import { cutMiddle, firstLine, renderNumber, renderPercent } from '../text.ts'
import type { Sign } from './signs.ts'

/** New directions for the agent, most promising first, and what it cost to find them. */
export interface Directions {
  readonly directions: readonly string[]
  readonly usage: Usage
  readonly costUsd: number | null
}

/** Where directions come from: a review by a model, or a rotation of named strategies. */
export type Review = (sign: Sign, state: RunState, signal: AbortSignal) => Promise<Directions>

/** What to try when nobody reviews the search: kinds of change that differ from one another. */
export const GENERAL_DIRECTIONS: readonly string[] = [
  'Take another algorithm: find out which steps the present one can not avoid, and look in the knowledge base for one that does without them.',
  'Change how the data lies in memory: fewer passes, fewer allocations, contiguous and smaller types; measure where the time goes first.',
  'Do less: find work whose result is not needed, is the same every time, or can be had from what was computed before.',
  'Use the machine: vector instructions, several cores, what the runtime or the library does natively.',
  'Go back to an earlier version that took another way, and combine it with what the best version does well.',
]

const NOTHING_SPENT: Omit<Directions, 'directions'> = {
  usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
  costUsd: 0,
}

/** Directions by rotation: each time the next of the given ones, so that every one has its turn. */
export function createRotation(directions: readonly string[]): Review {
  return async (_sign, state) => {
    const turn = state.interventions % directions.length
    const rotated = [...directions.slice(turn), ...directions.slice(0, turn)]
    return { directions: rotated.slice(0, 1), ...NOTHING_SPENT }
  }
}

const reviewSchema = z.object({ directions: z.array(z.string().min(1)).min(1).max(5) })

const SYSTEM = `You supervise a search that improves a program. A coding agent proposes changes; a harness that the agent \
can't influence measures them and keeps what is correct and better. You see the record of the search, not the code. The \
search has stalled. Find out from the record what has been tried and why it failed, and propose three directions that differ \
from it and from one another in kind: another algorithm, another data layout, removing work, another point of attack found by \
profiling, going back to an earlier version. Each direction is two or three sentences: what to try, why it may work here, when to give it up. \
Answer with one JSON object and nothing else: {"directions": ["…", "…", "…"]}`

/** Directions by a model that reads the lineage and the failures. An answer that isn't the JSON asked for falls back. */
export function createModelReview(options: {
  readonly model: ModelClient
  /** What the person wants, in their words; may be empty. */
  readonly brief: string
  readonly direction: Direction
  readonly fallback: Review
}): Review {
  const { model, brief, direction, fallback } = options
  return async (sign, state, signal) => {
    const text = `${sign.message}.\n\n${renderTask(brief, direction, state)}\n\n${renderRecord(state)}`
    const request = {
      system: SYSTEM,
      messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text }] }],
      tools: [],
    }
    const { message, usage, costUsd } = await model.respond(request, signal)
    const parsed = reviewSchema.safeParse(parseJson(textOf(message)))
    const { directions } = parsed.success ? parsed.data : await fallback(sign, state, signal)
    return { directions, usage, costUsd }
  }
}

/** What the search is for, as Markdown. */
function renderTask(brief: string, direction: Direction, state: RunState): string {
  const configurations = state.versions.at(-1)?.score.scores.map(({ configuration }) => configuration) ?? []
  const better = direction === 'maximize' ? 'higher' : 'lower'
  return [
    '## The task',
    cutMiddle(brief.trim(), 8_000) || 'Make the program better by its score, without changing what it does.',
    `The score is the geometric mean over these configurations, ${better} is better: ${configurations.join(', ')}`,
    ...renderSteering(state),
  ].join('\n')
}

/** The person's words bind the supervisor as they bind the agent. */
function renderSteering({ steering }: RunState): readonly string[] {
  if (steering.length === 0) return []
  const said = steering.slice(-5).map(({ text }) => `- ${cutMiddle(text, 1_000)}`)
  return ['', '## What the person said during the run; directions must fit it', ...said]
}

/** The lineage, the last failures and the agent's notes as Markdown. */
function renderRecord(state: RunState): string {
  const versions = state.versions
    .slice(-30)
    .map(
      (version) =>
        `- v${version.number} ${renderPercent(version.gain)} (${renderNumber(version.score.value)}): ${firstLine(version.summary)}`,
    )
  const failures = state.ledger
    .filter((record) => record.outcome !== 'accepted')
    .slice(-20)
    .map(
      (record) =>
        `- attempt ${record.number}: ${firstLine(record.solution?.summary ?? 'nothing submitted')} — ${firstLine(record.reason, 300)}`,
    )
  const notes = state.notes.slice(-20).map(({ text }) => `- ${firstLine(text, 300)}`)
  return [
    '## Accepted versions, oldest first',
    ...versions,
    '',
    '## Failed attempts, oldest first',
    ...failures,
    '',
    '## Notes of the agent',
    ...(notes.length > 0 ? notes : ['none']),
    '',
    '## Directions that were given last',
    ...(state.directions.length > 0 ? state.directions.map((line) => `- ${line}`) : ['none']),
  ].join('\n')
}

function parseJson(text: string): unknown {
  const start = text.indexOf('{')
  const end = text.lastIndexOf('}')
  try {
    return JSON.parse(text.slice(start, end + 1))
  } catch {
    return undefined
  }
}
