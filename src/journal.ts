import type { AttemptRecord, OpenAttempt, Verdict } from './attempt.ts'
import type { Event, RecordedEvent, Usage } from './events.ts'
import type { Version } from './lineage.ts'
import type { StopReason } from './stop.ts'

/** What a run has come to: a fold over its events and nothing else. */
export interface RunState {
  readonly startedAt: string | null
  /** The scorer of this session; empty before the first. */
  readonly scorer: string
  /** The lineage, seed first. */
  readonly versions: readonly Version[]
  /** The attempt in flight. */
  readonly attempt: OpenAttempt | null
  /** Every attempt that ended, oldest first. */
  readonly ledger: readonly AttemptRecord[]
  /** The gate's last word, with the scores; null after an attempt that submitted nothing. */
  readonly lastVerdict: Verdict | null
  /** Attempts since the last accepted version. */
  readonly failedAttempts: number
  /** Attempts in a row, of this session, that the model refused or in which it called no tool. */
  readonly idleAttempts: number
  /** What the supervisor asked for last; cleared by the next accepted version. */
  readonly directions: readonly string[]
  /** Times that the supervisor spoke. */
  readonly interventions: number
  /** How long the ledger and the lineage were when the supervisor last spoke. */
  readonly lastIntervention: { readonly attempts: number; readonly versions: number } | null
  readonly notes: readonly string[]
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
  /** Known cost since the last accepted version: what the next one will be said to have cost. */
  readonly costSinceVersionUsd: number
  /** Time with the harness running, in milliseconds; pauses between sessions are left out. */
  readonly activeMs: number
  readonly lastEventAt: string | null
  readonly ended: StopReason | null
}

/** One place to write facts to, and the state that they add up to. */
export interface Journal {
  readonly state: RunState
  /** Appends a fact, folds it into the state, tells the listeners. Durable facts are on the disk when it returns. */
  record(event: Event): void
  /** Listeners read; what they throw is ignored. Returns a function that unsubscribes. */
  subscribe(listener: (event: RecordedEvent, state: RunState) => void): () => void
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] }

/** How far `evaluated` goes back. */
const MAX_EVALUATED = 100

/** A state that events are folded into, in place: a journal of a week is folded in linear time. */
export type RunFold = Mutable<RunState>

/** The state before any event. */
export function createRunFold(): RunFold {
  return {
    startedAt: null,
    scorer: '',
    versions: [],
    attempt: null,
    ledger: [],
    lastVerdict: null,
    failedAttempts: 0,
    idleAttempts: 0,
    directions: [],
    interventions: 0,
    lastIntervention: null,
    notes: [],
    evaluations: 0,
    lastEvaluationMs: null,
    evaluated: [],
    turns: 0,
    usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
    costUsd: 0,
    unpricedCalls: 0,
    costSinceVersionUsd: 0,
    activeMs: 0,
    lastEventAt: null,
    ended: null,
  }
}

/** Folds one event into the state. */
export function foldEvent(state: RunFold, event: RecordedEvent): void {
  if (state.lastEventAt !== null && event.type !== 'run.started')
    state.activeMs += Math.max(0, Date.parse(event.at) - Date.parse(state.lastEventAt))
  state.lastEventAt = event.at

  switch (event.type) {
    case 'run.started':
      state.startedAt ??= event.at
      state.scorer = event.scorer
      state.idleAttempts = 0
      state.ended = null
      return
    case 'attempt.started':
      state.attempt = { number: event.attempt, turns: 0, calls: 0 }
      return
    case 'model.replied':
      state.turns += 1
      if (state.attempt !== null) state.attempt = { ...state.attempt, turns: event.turn }
      addCost(state, event.usage, event.costUsd)
      return
    case 'tool.called':
      if (state.attempt !== null) state.attempt = { ...state.attempt, calls: state.attempt.calls + 1 }
      return
    case 'candidate.evaluated':
      state.evaluations += 1
      state.lastEvaluationMs = event.durationMs
      if (event.by === 'agent') state.evaluated.push({ attempt: event.attempt, tree: event.tree })
      if (state.evaluated.length > MAX_EVALUATED) state.evaluated.shift()
      return
    case 'solution.submitted':
      if (state.attempt !== null) state.attempt = { ...state.attempt, solution: event.solution }
      return
    case 'gate.decided':
      state.lastVerdict = event.verdict
      if (state.attempt !== null) state.attempt = { ...state.attempt, verdict: event.verdict }
      return
    case 'version.committed':
      state.versions.push(event.version)
      state.costSinceVersionUsd = 0
      state.evaluated = []
      if (event.version.number > 0) closeAttempt(state, acceptedRecord(event.version))
      return
    case 'version.remeasured':
      state.versions = state.versions.map((version) =>
        version.number === event.number ? { ...version, score: event.score, scorer: event.scorer } : version,
      )
      return
    case 'candidate.rejected':
      closeAttempt(state, rejectedRecord(state.attempt, event.attempt, event.reason))
      return
    case 'attempt.abandoned': {
      const isIdle = event.refused || state.attempt?.calls === 0
      state.lastVerdict = null
      closeAttempt(state, { number: event.attempt, outcome: 'abandoned', reason: event.reason }, isIdle)
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
      return
    case 'run.ended':
      state.ended = event.reason
      return
    default:
      return
  }
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
  state.costSinceVersionUsd += costUsd ?? 0
}

type Ending = Omit<AttemptRecord, 'scorer'>

function closeAttempt(state: RunFold, record: Ending, isIdle = false): void {
  state.ledger.push({ ...record, scorer: state.scorer })
  state.attempt = null
  const accepted = record.outcome === 'accepted'
  state.failedAttempts = accepted ? 0 : state.failedAttempts + 1
  state.idleAttempts = isIdle ? state.idleAttempts + 1 : 0
  if (accepted) state.directions = []
}

function acceptedRecord(version: Version): Ending {
  const { attempt, gain, tree, summary } = version
  return {
    number: attempt,
    outcome: 'accepted',
    reason: `accepted as v${version.number}`,
    solution: { tree, summary },
    gain,
  }
}

function rejectedRecord(open: OpenAttempt | null, number: number, reason: string): Ending {
  const record = { number, outcome: 'rejected' as const, reason, gain: open?.verdict?.gain ?? null }
  return open?.solution === undefined ? record : { ...record, solution: open.solution }
}
