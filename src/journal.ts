import { type Activity, foldActivity } from './activity.ts'
import type { AttemptRecord, OpenAttempt, OpenGate, Stall, Verdict } from './attempt.ts'
import type { Event, RecordedEvent, ReplyEvent, Usage } from './events.ts'
import type { Version } from './lineage.ts'
import { type Calibration, countRuns, type Round, type SeedComparison } from './measurement.ts'
import { foldProgress, NO_PROGRESS } from './progress.ts'
import { spentBy } from './spent.ts'
import type { StopReason } from './stop.ts'

/** What a run has come to: a fold over its events and nothing else. */
export interface RunState {
  readonly startedAt: string | null
  /** The lineage, seed first. */
  readonly versions: readonly Version[]
  /** The attempt in flight. */
  readonly attempt: OpenAttempt | null
  /** Every attempt that ended, oldest first. */
  readonly ledger: readonly AttemptRecord[]
  /** The gate's last word, with the scores; null after an attempt that submitted nothing. */
  readonly lastVerdict: Verdict | null
  /** How noisy the scorer is, as measured last; null before the first time and after the scorer changed. */
  readonly calibration: Calibration | null
  /** The newest version against the seed, as measured last. */
  readonly comparison: SeedComparison | null
  /** How long the ledger was when the scorer changed last: verdicts before are another scorer's. */
  readonly segmentStart: number
  /** Attempts since the last accepted version that were decided. */
  readonly failedAttempts: number
  /** Attempts in a row, of this session, that the model refused or in which it did nothing that could lead anywhere. */
  readonly idleAttempts: number
  /** What the supervisor asked for last; cleared by the next accepted version. */
  readonly directions: readonly string[]
  /** Times that the supervisor spoke. */
  readonly interventions: number
  /** How long the ledger and the lineage were when the supervisor last spoke. */
  readonly lastIntervention: { readonly attempts: number; readonly versions: number } | null
  /** The agent's notes: the last hundred, oldest first. */
  readonly notes: readonly string[]
  /** What the person said during the run: the last twenty texts, oldest first. */
  readonly steering: readonly SteeringText[]
  /** What came last from each of the two places, so that no text is taken twice. */
  readonly lastSteering: { readonly fileHash: string | null; readonly commandId: string | null }
  /** Runs of the scorer. */
  readonly evaluations: number
  /** How long the last one took, in milliseconds; null before the first. */
  readonly lastEvaluationMs: number | null
  /** What the agent evaluated since the last version and since the supervisor last spoke: the last hundred, oldest first. */
  readonly evaluated: readonly { readonly attempt: number; readonly tree: string }[]
  readonly turns: number
  readonly usage: Usage
  /** Known cost in US dollars. */
  readonly costUsd: number
  /** Model calls whose price is unknown. */
  readonly unpricedCalls: number
  /** Cost since the last accepted version, which is what the next one will be said to have cost; null where it is unknown. */
  readonly costSinceVersionUsd: number | null
  /** Time with the harness running, in milliseconds; pauses between sessions are left out. */
  readonly activeMs: number
  /** The part of it in which nothing was done but wait for the model's provider. */
  readonly waitedMs: number
  /** What is being waited for: until when (milliseconds since 1970), and why. */
  readonly waiting: { readonly untilMs: number; readonly reason: string } | null
  /** The model in use; null before the first start. */
  readonly model: string | null
  /** Input of the agent's last model call, as the provider counted it; null where the conversation has begun anew since. */
  readonly lastInputTokens: number | null
  /** Caps of which most is used up, as it was said. */
  readonly warned: readonly { readonly cap: string; readonly limit: number }[]
  /** What it does now, or did when it was cut off; null when it has ended. */
  readonly activity: Activity | null
  readonly lastEventAt: string | null
  readonly ended: StopReason | null
}

/** What the person said to the agent while the run went on. */
export interface SteeringText {
  /** From 1 on. */
  readonly number: number
  /** sha256, in hex. */
  readonly hash: string
  readonly text: string
  /** When it was received: ISO 8601, UTC. */
  readonly at: string
}

/** The name of the file beside avo.yaml that the person may write to at any time. */
export const STEERING_FILE = 'steer.md'

/** One place to write facts to, and the state that they add up to. */
export interface Journal {
  readonly state: RunState
  /** Appends a fact, folds it into the state, tells the listeners. Durable facts are on the disk when it returns. */
  record(event: Event): void
  /** Listeners read; what they throw is ignored. Returns a function that unsubscribes. */
  subscribe(listener: (event: RecordedEvent, state: RunState) => void): () => void
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] }

/** What can't happen while a call waits. */
const ENDS_WAITING: ReadonlySet<Event['type']> = new Set(['model.replied', 'model.failed', 'run.ended'])

/** How far back goes what is only ever looked at from its end. */
const MAX_EVALUATED = 100
const MAX_NOTES = 100
const MAX_STEERING = 20

/** A state that events are folded into, in place: a journal of a week is folded in linear time. */
export type RunFold = Mutable<RunState>

/** The state before any event. */
export function createRunFold(): RunFold {
  return {
    startedAt: null,
    versions: [],
    attempt: null,
    ledger: [],
    lastVerdict: null,
    calibration: null,
    comparison: null,
    segmentStart: 0,
    failedAttempts: 0,
    idleAttempts: 0,
    directions: [],
    interventions: 0,
    lastIntervention: null,
    notes: [],
    steering: [],
    lastSteering: { fileHash: null, commandId: null },
    evaluations: 0,
    lastEvaluationMs: null,
    evaluated: [],
    turns: 0,
    usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
    costUsd: 0,
    unpricedCalls: 0,
    costSinceVersionUsd: 0,
    activeMs: 0,
    waitedMs: 0,
    waiting: null,
    model: null,
    lastInputTokens: null,
    warned: [],
    activity: null,
    lastEventAt: null,
    ended: null,
  }
}

/** Folds one event into the state. */
export function foldEvent(state: RunFold, event: RecordedEvent): void {
  passTime(state, event)
  state.lastEventAt = event.at
  state.activity = foldActivity(state.activity, event)
  if (state.attempt !== null) state.attempt = withProgress(state.attempt, event)

  switch (event.type) {
    case 'run.started':
      state.startedAt ??= event.at
      state.idleAttempts = 0
      state.ended = null
      if (event.model !== state.model) state.lastInputTokens = null
      state.model = event.model
      return
    case 'attempt.started':
      state.attempt = {
        number: event.attempt,
        since: spentBy(state),
        turns: 0,
        calls: 0,
        progress: NO_PROGRESS,
      }
      return
    case 'model.replied':
      state.turns += 1
      if (state.attempt !== null) state.attempt = withReply(state.attempt, event)
      addCost(state, event.usage, event.costUsd)
      state.lastInputTokens = inputOf(event.usage)
      return
    case 'model.failed':
      if (event.usage !== undefined) addCost(state, event.usage, event.costUsd ?? null)
      return
    case 'model.waiting':
      state.waiting = { untilMs: event.untilMs, reason: event.reason }
      return
    case 'model.replaced':
      state.model = event.to
      state.lastInputTokens = null
      return
    case 'budget.warned':
      state.warned.push({ cap: event.cap, limit: event.limit })
      return
    case 'conversation.compacted':
      state.lastInputTokens = null
      return
    case 'tool.called':
      if (state.attempt !== null) state.attempt = withCall(state.attempt, event.call)
      return
    case 'candidate.evaluated':
      state.evaluations += event.scorerRuns ?? 1
      state.lastEvaluationMs = event.durationMs
      if (event.by === 'agent') state.evaluated.push({ attempt: event.attempt, tree: event.tree })
      if (state.evaluated.length > MAX_EVALUATED) state.evaluated.shift()
      return
    case 'solution.submitted':
      if (state.attempt !== null) state.attempt = { ...state.attempt, solution: event.solution }
      return
    case 'gate.calibrated':
      state.calibration = event.calibration
      state.evaluations += countRuns(event.calibration.rounds)
      closeGate(state)
      return
    case 'gate.opened': {
      const { codeId, rules } = event
      if (state.attempt !== null) state.attempt = { ...state.attempt, gate: { codeId, rules, rounds: [] } }
      return
    }
    case 'gate.sampled':
      state.evaluations += countRuns([event.round])
      if (state.attempt?.gate !== undefined)
        state.attempt = { ...state.attempt, gate: withRound(state.attempt.gate, event.round) }
      return
    case 'gate.decided':
      state.lastVerdict = event.verdict
      if (state.attempt !== null) state.attempt = withVerdict(state.attempt, event.verdict)
      return
    case 'version.committed':
      state.versions.push(event.version)
      state.costSinceVersionUsd = 0
      state.evaluated = []
      if (event.version.number > 0) closeAttempt(state, acceptedRecord(state.attempt, event.version))
      return
    case 'version.remeasured':
      state.versions = state.versions.map((version) =>
        version.number === event.number ? { ...version, score: event.score, scorer: event.scorer } : version,
      )
      state.calibration = null
      state.segmentStart = state.ledger.length
      closeGate(state)
      return
    case 'lineage.rebuilt':
      rebuild(state, event)
      return
    case 'candidate.rejected':
      closeAttempt(state, endedRecord(state.attempt, event, 'rejected'))
      return
    case 'candidate.set-aside':
      closeAttempt(state, endedRecord(state.attempt, event, 'indecisive'))
      return
    case 'lineage.compared':
      state.comparison = event.comparison
      state.evaluations += countRuns(event.comparison.rounds)
      return
    case 'attempt.abandoned': {
      const { attempt: number, reason, stalled } = event
      const isIdle = event.refused || state.attempt?.calls === 0 || ledNowhere(state, number, stalled)
      state.lastVerdict = null
      const record: AttemptRecord = { number, outcome: 'abandoned', reason }
      closeAttempt(state, stalled === undefined ? record : { ...record, stalled }, isIdle)
      return
    }
    case 'supervisor.intervened':
      state.directions = [...event.directions]
      state.interventions += 1
      state.evaluated = []
      state.lastIntervention = { attempts: state.ledger.length, versions: state.versions.length }
      addCost(state, event.usage, event.costUsd)
      return
    case 'note.taken':
      state.notes.push(event.text)
      if (state.notes.length > MAX_NOTES) state.notes.shift()
      return
    case 'steering.received': {
      const { hash, text, source, at } = event
      state.steering.push({ number: (state.steering.at(-1)?.number ?? 0) + 1, hash, text, at })
      if (state.steering.length > MAX_STEERING) state.steering.shift()
      const place = source === STEERING_FILE ? { fileHash: hash } : { commandId: source }
      state.lastSteering = { ...state.lastSteering, ...place }
      return
    }
    case 'run.ended':
      state.ended = event.reason
      return
    default:
      return
  }
}

/** Who falls silent after a try has tried; who repeats or changes nothing goes nowhere, however much is evaluated. */
function ledNowhere({ evaluated }: RunFold, attempt: number, stalled: Stall | undefined): boolean {
  if (stalled !== 'silent') return stalled !== undefined
  return !evaluated.some((evaluation) => evaluation.attempt === attempt)
}

/** A session begins with its start, whatever lies before it. */
function passTime(state: RunFold, event: RecordedEvent): void {
  const { waiting, lastEventAt } = state
  if (event.type === 'run.started') state.waiting = null
  if (lastEventAt === null || state.ended !== null || event.type === 'run.started') return
  const [from, to] = [Date.parse(lastEventAt), Date.parse(event.at)]
  const elapsedMs = event.elapsedMs ?? Math.max(0, to - from)
  state.activeMs += elapsedMs
  if (waiting === null) return
  state.waitedMs += Math.min(elapsedMs, Math.max(0, Math.min(to, waiting.untilMs) - from))
  if (to >= waiting.untilMs || ENDS_WAITING.has(event.type)) state.waiting = null
}

function inputOf(usage: Usage): number | null {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens || null
}

/** What the lineage knows in place of a journal that is lost. */
function rebuild(state: RunFold, event: Extract<Event, { readonly type: 'lineage.rebuilt' }>): void {
  const { attempts, costUsd, costSinceVersionUsd } = event
  state.ledger = [...attempts]
  if (costUsd === null) state.unpricedCalls += 1
  state.costUsd += costUsd ?? 0
  state.costSinceVersionUsd = costSinceVersionUsd
}

function addCost(state: RunFold, usage: Usage, costUsd: number | null): void {
  state.usage = {
    inputTokens: state.usage.inputTokens + usage.inputTokens,
    cacheReadTokens: state.usage.cacheReadTokens + usage.cacheReadTokens,
    cacheWriteTokens: state.usage.cacheWriteTokens + usage.cacheWriteTokens,
    outputTokens: state.usage.outputTokens + usage.outputTokens,
  }
  if (costUsd === null) state.unpricedCalls += 1
  state.costUsd += costUsd ?? 0
  const { costSinceVersionUsd: before } = state
  state.costSinceVersionUsd = before === null || costUsd === null ? null : before + costUsd
}

/** The same object where nothing has changed: most events are of other things. */
function withProgress(open: OpenAttempt, event: RecordedEvent): OpenAttempt {
  const progress = foldProgress(open.progress, event)
  return progress === open.progress ? open : { ...open, progress }
}

function withReply(open: OpenAttempt, { turn, text, end, calls }: ReplyEvent): OpenAttempt {
  const { begun, ...attempt } = open
  const silentReplies = calls === 0 ? (open.silentReplies ?? 0) + 1 : 0
  return { ...attempt, turns: turn, lastWords: text, silentReplies, ...(end === undefined ? {} : { end }) }
}

function withCall(open: OpenAttempt, id: string | undefined): OpenAttempt {
  return { ...open, calls: open.calls + 1, ...(id === undefined ? {} : { begun: id }) }
}

function withRound(gate: OpenGate, round: Round): OpenGate {
  return { ...gate, rounds: [...gate.rounds, round] }
}

/** Where the gate could not tell, it measures anew. */
function withVerdict(open: OpenAttempt, verdict: Verdict): OpenAttempt {
  if (verdict.outcome !== 'indecisive') return { ...open, verdict }
  const { gate, ...attempt } = open
  return { ...attempt, indecisive: (open.indecisive ?? 0) + 1 }
}

/** What was measured under other circumstances does not count. */
function closeGate(state: RunFold): void {
  if (state.attempt === null) return
  const { gate, ...attempt } = state.attempt
  state.attempt = attempt
}

function closeAttempt(state: RunFold, record: AttemptRecord, isIdle = false): void {
  state.ledger.push(record)
  state.attempt = null
  if (record.outcome === 'indecisive') return
  const accepted = record.outcome === 'accepted'
  state.failedAttempts = accepted ? 0 : state.failedAttempts + 1
  state.idleAttempts = isIdle ? state.idleAttempts + 1 : 0
  if (accepted) state.directions = []
}

function acceptedRecord(open: OpenAttempt | null, version: Version): AttemptRecord {
  const { attempt, gain, tree, summary } = version
  return {
    number: attempt,
    outcome: 'accepted',
    reason: `accepted as v${version.number}`,
    solution: { tree, summary },
    ...codeIdOf(open),
    gain,
  }
}

function endedRecord(
  open: OpenAttempt | null,
  { attempt, reason }: { readonly attempt: number; readonly reason: string },
  outcome: 'rejected' | 'indecisive',
): AttemptRecord {
  const record = { number: attempt, outcome, reason, ...codeIdOf(open), gain: open?.verdict?.gain ?? null }
  return open?.solution === undefined ? record : { ...record, solution: open.solution }
}

function codeIdOf(open: OpenAttempt | null): Pick<AttemptRecord, 'codeId'> {
  return open?.gate === undefined ? {} : { codeId: open.gate.codeId }
}
