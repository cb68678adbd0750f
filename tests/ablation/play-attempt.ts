import type { Random } from '../../src/gate/random.ts'
import { DIRECTION_KINDS, type DirectionKind } from '../../src/state/redirection.ts'
import type { ScriptedReply } from '../scripted-model.ts'
import { describeMove, drawMove, shuffle } from './moves.ts'
import {
  type Briefing,
  findBest,
  findDirection,
  findFailures,
  findGain,
  findGoodForPart,
  findMostGained,
  findReminders,
  findSlowest,
  type Source,
  startsEarlier,
} from './read-texts.ts'
import { draw, PLAN_FILE, type Plan, parsePlan, renderPlan, STAGES } from './trap-task.ts'

/** What the model has before it in an attempt: the texts of it, and nothing of the run itself. */
export interface View {
  readonly briefing: Briefing
  readonly tools: ReadonlySet<string>
  /** Plans of its own that the conversation still shows, of the last attempts. */
  readonly ownPlans: ReadonlySet<string>
}

/** An attempt as it is played: replies go out, the texts that their calls came to come in. */
export type Play = Generator<ScriptedReply, void, readonly string[]>
type Playing<Result> = Generator<ScriptedReply, Result, readonly string[]>

/** Candidates that it evaluates in an attempt, where none is better, and those at most, where all were submitted before. */
const CANDIDATES = 3
const MOST_CANDIDATES = 12
/** Drafts of one candidate that it drops at most because they were tried. */
const DRAFTS = 6
/** How often it notices that its conversation has the plan already: about 30% of what agents add they had removed before. */
const NOTICES = 0.7
/** How often it does something else than refine though nobody asks, and how often it refines though somebody asks. */
const BOLD = 0.1
const STUBBORN = 0.1
/** How often, left to itself, it does what is said to have gained most an attempt. */
const HEEDFUL = 0.5

interface Candidate {
  readonly plan: Plan
  readonly move: string
  readonly kind: DirectionKind
  readonly gain: number | null
}

/**
 * One attempt. It draws moves of the kind that the direction asks for, asks `search_attempts` and the lessons about each where
 * it has them, drops what came to nothing before, evaluates, and submits the first that is better. Where three were not, it notes
 * down what came of them and submits the least bad, so that the attempt ends.
 */
export function* playAttempt(view: View, random: Random): Play {
  const { briefing } = view
  const base = yield* readBase(briefing)
  const wanted = chooseKind(briefing, random)
  const failures = new Set(findFailures(briefing.text))
  const tried: Candidate[] = []
  for (let count = 1; count <= MOST_CANDIDATES; count++) {
    const { plan, kind } = yield* findNew(view, wanted, base, failures, random)
    const move = describeMove(base, plan)
    const texts = yield { text: `${move} ${REASONS[kind]}`, calls: [write(plan), ['evaluate', {}]] }
    const report = texts.at(-1) ?? ''
    // Lines of it may have been given up with others: of the move itself it has asked.
    const again = report.startsWith('nothing was run') ? yield { calls: [['evaluate', {}]] } : [report]
    const gain = findGain(again.at(-1) ?? '')
    failures.add(move)
    if (gain !== null && gain > 0) yield { calls: [submit(move, kind)] }
    else tried.push({ plan, move, kind, gain })
    if (count >= CANDIDATES) yield* submitLeastBad(tried, briefing)
  }
}

/** Nothing after it where the submission is taken: the attempt is over then. */
function* submitLeastBad(tried: Candidate[], briefing: Briefing): Playing<void> {
  tried.sort((a, b) => (b.gain ?? Number.NEGATIVE_INFINITY) - (a.gain ?? Number.NEGATIVE_INFINITY))
  const notes = noteDown(tried.slice(1), briefing)
  for (let best = tried.shift(); best !== undefined; best = tried.shift())
    yield { calls: [...notes.splice(0), write(best.plan), submit(best.move, best.kind)] }
}

/** The plan that the work starts from. Whatever the last attempt left in the workspace is put back. */
function* readBase(briefing: Briefing): Playing<Plan> {
  const revert = startsEarlier(briefing) ? [] : [['revert', {}] as const]
  const texts = yield { calls: [...revert, ['read_file', { path: PLAN_FILE }]] }
  const plan = parsePlan(texts.at(-1) ?? '')
  if (plan === null) throw new Error(`there is no plan in ${texts.at(-1)}`)
  return plan
}

/** A candidate of the kind that is wanted or, where all of its drafts are known to have failed, of another; after those, whatever comes. */
function* findNew(
  view: View,
  wanted: DirectionKind,
  base: Plan,
  failures: Set<string>,
  random: Random,
): Playing<Pick<Candidate, 'plan' | 'kind'>> {
  for (const kind of [wanted, draw(DIRECTION_KINDS, random)]) {
    const drawPlan = yield* prepare(view, kind, base, random)
    for (let draft = 1; draft <= DRAFTS; draft++) {
      const plan = drawPlan()
      const move = describeMove(base, plan)
      if (move === '' || (view.ownPlans.has(renderPlan(plan)) && random() < NOTICES)) continue
      if (!failures.has(move)) for (const failure of yield* ask(view, move)) failures.add(failure)
      if (!failures.has(move)) return { plan, kind }
    }
  }
  return { plan: drawMove('refine', base, STAGES, random), kind: 'refine' }
}

/** What the ledger and the lessons say of a move, as far as there are any. */
function* ask({ tools }: View, move: string): Playing<readonly string[]> {
  const texts = yield {
    calls: [
      ...(tools.has('search_attempts') ? [['search_attempts', { query: move }] as const] : []),
      ['search_knowledge', { query: move }],
    ],
  }
  return texts.flatMap(findFailures)
}

/** How plans of a kind are drawn; to combine two, the other one is fetched first. */
function* prepare(view: View, kind: DirectionKind, base: Plan, random: Random): Playing<() => Plan> {
  const slowest = findSlowest(view.briefing)
  if (kind !== 'combine') return () => drawMove(kind, base, slowest, random)
  const { plan, stages } = yield* fetchOther(view, random)
  const differing = stages.filter((name) => plan.get(name)?.options.join() !== base.get(name)?.options.join())
  if (differing.length === 0) return () => drawMove('explore', base, slowest, random)
  return () => {
    const taken = shuffle(differing, random).slice(0, 1 + Math.floor(random() * differing.length))
    return new Map([...base, ...[...plan].filter(([name]) => taken.includes(name))])
  }
}

/** An attempt that is said to have done well in a part, or one that it is reminded of, or else an earlier version. */
function* fetchOther(
  { briefing, tools }: View,
  random: Random,
): Playing<Pick<Source, 'stages'> & { plan: Plan }> {
  const good = findGoodForPart(briefing)
  const sources = good.length > 0 ? good : findReminders(briefing)
  const hasAttempts = tools.has('take_up_attempt') && sources.length > 0
  const { attempt, stages } = hasAttempts ? draw(sources, random) : { attempt: 0, stages: STAGES }
  const version = Math.floor(random() * findBest(briefing))
  const texts = yield {
    calls: hasAttempts
      ? [
          ['take_up_attempt', { attempt }],
          ['read_file', { path: PLAN_FILE }],
        ]
      : [['read_version', { version, path: PLAN_FILE }]],
  }
  return { plan: parsePlan(texts.at(-1) ?? '') ?? new Map(), stages }
}

/**
 * Asked, it does so, now and then not. Left to itself it does what is said to have gained most, where that is said, or else it refines,
 * as language models do, now and then something else.
 */
function chooseKind(briefing: Briefing, random: Random): DirectionKind {
  const asked = findDirection(briefing)
  if (asked !== null) return random() < STUBBORN ? 'refine' : asked
  const gained = findMostGained(briefing)
  if (gained !== null && random() < HEEDFUL) return gained
  return random() < BOLD ? draw(DIRECTION_KINDS, random) : 'refine'
}

const REASONS: Readonly<Record<DirectionKind, string>> = {
  refine: 'A small step from what works.',
  explore: 'The whole stage is put together in another way.',
  combine: 'Combines two that did different things well.',
  simplify: 'Simplifies: the plainest settings, for what they save.',
  profile: 'In the workload that is slowest.',
  algorithm: 'Another algorithm for the stage, no setting as before.',
  unlikely: 'What nobody expects to help.',
}

function write(plan: Plan): readonly [string, unknown] {
  return ['write_file', { path: PLAN_FILE, content: renderPlan(plan) }]
}

function submit(move: string, kind: DirectionKind): readonly [string, unknown] {
  return ['submit', { summary: `${move}\n\n${REASONS[kind]}` }]
}

/** What came to nothing, for later attempts, as the system text asks for. */
function noteDown(tried: readonly Candidate[], briefing: Briefing): (readonly [string, unknown])[] {
  const begun = startsEarlier(briefing) ? ', begun from an earlier version' : ''
  return tried.map(({ move, gain }) => {
    const result = gain === null ? 'Was measured before, and is not better' : `No better: ${gain}%`
    return ['note', { text: `${move} ${result}${begun}` }]
  })
}
