import type { AttemptRecord } from '../attempt.ts'
import type { Event, RecordedEvent } from '../events.ts'
import type { RunState } from '../journal.ts'
import type { CorrectScore, Score } from '../score.ts'
import { type Spent, spentBy, spentSince } from '../state/spent.ts'
import { firstLine } from '../text.ts'
import type { AttemptRow, Used } from './run-view.ts'

/** Of a title and of a reason: what is longer is in the attempt's details. */
const TITLE_CHARACTERS = 120
const REASON_CHARACTERS = 240

/** Rows of attempts that events are folded into, in place, beside the run's own fold. */
export interface AttemptRows {
  readonly rows: AttemptRow[]
  /** The first row that differs from what was taken last; `rows.length` where none does. */
  changedFrom: number
  /** What the gate or the agent has measured of the open attempt. */
  measured: Measured | null
  /** What the run had spent when the open attempt began. */
  since: Spent | null
}

type Measured = { readonly score: Score; readonly by: 'gate' | 'agent' }

export function createAttemptRows(): AttemptRows {
  return { rows: [], changedFrom: 0, measured: null, since: null }
}

/**
 * Folds an event into the rows.
 *
 * @param state the run's, after the event
 * @param configurations whose values are kept, in this order
 */
export function foldAttempt(
  fold: AttemptRows,
  event: RecordedEvent,
  state: RunState,
  configurations: readonly string[],
): void {
  switch (event.type) {
    case 'attempt.started':
      fold.measured = null
      fold.since = spentBy(state)
      fold.rows.push({ ...openRow(event.attempt, state), startedMs: Date.parse(event.at) })
      fold.changedFrom = Math.min(fold.changedFrom, fold.rows.length - 1)
      return
    case 'candidate.evaluated':
      if (event.by === 'agent' && (event.score.correct || fold.measured === null))
        fold.measured = { score: event.score, by: 'agent' }
      update(fold, state, configurations)
      return
    case 'gate.decided': {
      const { score } = event.verdict
      if (score !== null) fold.measured = { score, by: 'gate' }
      update(fold, state, configurations)
      return
    }
    case 'model.replied':
    case 'solution.submitted':
      update(fold, state, configurations)
      return
    case 'version.committed':
      if (event.version.number === 0) return
      fold.measured = { score: event.version.score, by: 'gate' }
      close(fold, event, state, configurations)
      return
    case 'candidate.rejected':
    case 'candidate.set-aside':
    case 'attempt.abandoned':
      close(fold, event, state, configurations)
      return
    case 'lineage.rebuilt':
      fold.rows.length = 0
      fold.changedFrom = 0
      for (const record of state.ledger)
        fold.rows.push(closedRow(openRow(record.number, state), record, state))
      return
    default:
      return
  }
}

function openRow(number: number, state: RunState): AttemptRow {
  return {
    number,
    outcome: 'open',
    failure: null,
    startedMs: null,
    endedMs: null,
    ...toUsed(spentBy(state)),
    turns: 0,
    ownMs: 0,
    ownCostUsd: 0,
    ownTokens: 0,
    ownEvaluations: 0,
    score: null,
    scoredBy: null,
    values: [],
    gain: null,
    low: null,
    high: null,
    version: null,
    best: state.versions.length > 0 ? state.versions.length - 1 : null,
    direction: state.attempt?.direction?.number ?? null,
    title: '',
    reason: '',
  }
}

function update(fold: AttemptRows, state: RunState, configurations: readonly string[]): void {
  const { attempt } = state
  const index = fold.rows.length - 1
  const row = fold.rows[index]
  if (row === undefined || attempt === null || row.number !== attempt.number) return
  fold.changedFrom = Math.min(fold.changedFrom, index)
  fold.rows[index] = {
    ...row,
    ...spentOf(fold.since ?? attempt.since, state),
    ...measuredOf(fold.measured, configurations),
    turns: attempt.turns,
    title: firstLine(attempt.solution?.summary ?? attempt.hypothesis ?? '', TITLE_CHARACTERS),
  }
}

function close(
  fold: AttemptRows,
  event: Extract<
    Event,
    {
      readonly type: 'version.committed' | 'candidate.rejected' | 'candidate.set-aside' | 'attempt.abandoned'
    }
  > &
    Pick<RecordedEvent, 'at'>,
  state: RunState,
  configurations: readonly string[],
): void {
  const record = state.ledger.at(-1)
  const index = fold.rows.length - 1
  const row = fold.rows[index]
  if (record === undefined || row === undefined || row.number !== record.number) return
  const closed = closedRow(
    {
      ...row,
      ...spentOf(fold.since ?? spentBy(state), state),
      ...measuredOf(fold.measured, configurations),
      endedMs: Date.parse(event.at),
    },
    record,
    state,
  )
  const failed = fold.measured?.score.correct === false ? fold.measured.score.failure : null
  fold.rows[index] = toFailure(closed, record, failed)
  fold.changedFrom = Math.min(fold.changedFrom, index)
  fold.measured = null
}

function closedRow(row: AttemptRow, record: AttemptRecord, state: RunState): AttemptRow {
  const { outcome, reason, solution, hypothesis, gain = null, interval, direction } = record
  const version =
    outcome === 'accepted' ? state.versions.findLast(({ attempt }) => attempt === row.number) : undefined
  return {
    ...row,
    outcome,
    reason: firstLine(reason, REASON_CHARACTERS),
    title: firstLine(solution?.summary ?? hypothesis ?? row.title, TITLE_CHARACTERS),
    gain,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    version: version?.number ?? null,
    direction: direction?.number ?? row.direction,
    ownCostUsd: record.costUsd ?? row.ownCostUsd,
  }
}

/** Says in a word what a row failed by; one whose solution is incorrect is drawn as such. */
function toFailure(row: AttemptRow, record: AttemptRecord, failed: string | null): AttemptRow {
  const { outcome, stalled } = record
  if (outcome === 'accepted') return row
  if (outcome === 'rejected' && failed !== null && row.scoredBy === null)
    return { ...row, outcome: 'incorrect', failure: failed }
  if (outcome === 'rejected') return { ...row, failure: record.gain === null ? 'not measured' : 'not better' }
  if (outcome === 'indecisive') return { ...row, failure: 'could not be measured' }
  return { ...row, failure: stalled === undefined ? 'not submitted' : `stood still (${stalled})` }
}

function measuredOf(
  measured: Measured | null,
  configurations: readonly string[],
): Pick<AttemptRow, 'score' | 'scoredBy' | 'values'> {
  if (measured === null || !measured.score.correct) return { score: null, scoredBy: null, values: [] }
  return {
    score: measured.score.value,
    scoredBy: measured.by,
    values: valuesOf(measured.score, configurations),
  }
}

function valuesOf({ scores }: CorrectScore, configurations: readonly string[]): readonly number[] {
  // Scorers give them in the same order each time, as a rule.
  return configurations.map((name, index) => {
    const entry =
      scores[index]?.configuration === name
        ? scores[index]
        : scores.find(({ configuration }) => configuration === name)
    return entry?.value ?? Number.NaN
  })
}

function spentOf(
  since: Spent,
  state: RunState,
): Used & Pick<AttemptRow, 'ownMs' | 'ownCostUsd' | 'ownTokens' | 'ownEvaluations'> {
  const spent = spentBy(state)
  const own = spentSince(spent, since)
  return {
    ...toUsed(spent),
    ownMs: own.activeMs,
    ownCostUsd: own.costUsd,
    ownTokens: own.tokens,
    ownEvaluations: own.evaluations,
  }
}

/** Without what is no part of a view. */
export function toUsed({ activeMs, evaluations, costUsd, tokens }: Spent): Used {
  return { activeMs, evaluations, costUsd, tokens }
}
