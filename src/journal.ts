import type { AttemptRecord, OpenAttempt, Verdict } from './attempt.ts'
import type { Event, RecordedEvent, Usage } from './events.ts'
import type { Solution, Version } from './lineage.ts'
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
  /** Attempts since the last accepted version. */
  readonly failedAttempts: number
  /** Attempts since the supervisor last spoke or a version was accepted. */
  readonly attemptsSinceDirections: number
  /** What the supervisor asked for last; cleared by the next accepted version. */
  readonly directions: readonly string[]
  readonly interventions: number
  readonly notes: readonly string[]
  readonly evaluations: number
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

/** A state that events are folded into, in place: a journal of a week is folded in linear time. */
export type RunFold = Mutable<RunState>

/** The state before any event. */
export function createRunFold(): RunFold {
  return {
    startedAt: null,
    versions: [],
    attempt: null,
    ledger: [],
    failedAttempts: 0,
    attemptsSinceDirections: 0,
    directions: [],
    interventions: 0,
    notes: [],
    evaluations: 0,
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
      state.ended = null
      return
    case 'attempt.started':
      state.attempt = { number: event.attempt }
      return
    case 'model.replied':
      state.turns += 1
      addCost(state, event.usage, event.costUsd)
      return
    case 'candidate.evaluated':
      state.evaluations += 1
      return
    case 'solution.submitted':
      state.attempt = { number: event.attempt, solution: event.solution }
      return
    case 'gate.decided':
      if (state.attempt !== null) state.attempt = { ...state.attempt, verdict: event.verdict }
      return
    case 'version.committed':
      state.versions.push(event.version)
      state.costSinceVersionUsd = 0
      if (event.version.number > 0) closeAttempt(state, acceptedRecord(event.version))
      return
    case 'candidate.rejected':
      closeAttempt(state, rejectedRecord(event.attempt, event.solution, event.verdict))
      return
    case 'attempt.abandoned':
      closeAttempt(state, { number: event.attempt, outcome: 'abandoned', reason: event.reason })
      return
    case 'supervisor.intervened':
      state.directions = [...event.directions]
      state.interventions += 1
      state.attemptsSinceDirections = 0
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

function closeAttempt(state: RunFold, record: AttemptRecord): void {
  state.ledger.push(record)
  state.attempt = null
  const accepted = record.outcome === 'accepted'
  state.failedAttempts = accepted ? 0 : state.failedAttempts + 1
  state.attemptsSinceDirections = accepted ? 0 : state.attemptsSinceDirections + 1
  if (accepted) state.directions = []
}

function acceptedRecord(version: Version): AttemptRecord {
  const { attempt, gain, tree, summary } = version
  return {
    number: attempt,
    outcome: 'accepted',
    reason: `accepted as v${version.number}`,
    solution: { tree, summary },
    gain,
  }
}

function rejectedRecord(attempt: number, solution: Solution, verdict: Verdict): AttemptRecord {
  return { number: attempt, outcome: 'rejected', reason: verdict.reason, solution, gain: verdict.gain }
}
