import type { AttemptRecord } from '../attempt.ts'
import type { Event, RecordedEvent } from '../events.ts'
import type { RunState } from '../journal.ts'
import { baseOf } from '../lineage.ts'
import { type CorrectScore, type Score, valueIn } from '../score.ts'
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
  since: Since | null
  /** The seed's, in its order: that of the values in each row. */
  configurations: readonly string[]
}

type Since = Spent & Pick<RunState, 'unpricedCalls'>
type Measured = { readonly score: Score; readonly by: 'gate' | 'agent' }

export function createAttemptRows(): AttemptRows {
  return { rows: [], changedFrom: 0, measured: null, since: null, configurations: [] }
}

/**
 * Folds an event into the rows.
 *
 * @param state the run's, after the event
 */
export function foldAttempt(fold: AttemptRows, event: RecordedEvent, state: RunState): void {
  switch (event.type) {
    case 'attempt.started':
      fold.measured = null
      fold.since = sinceNow(state)
      fold.rows.push({ ...openRow(event.attempt, state), startedMs: Date.parse(event.at) })
      fold.changedFrom = Math.min(fold.changedFrom, fold.rows.length - 1)
      return
    case 'candidate.evaluated':
      if (event.by === 'agent' && (event.score.correct || fold.measured === null))
        fold.measured = { score: event.score, by: 'agent' }
      update(fold, state)
      return
    case 'gate.decided': {
      const { score } = event.verdict
      if (score !== null) fold.measured = { score, by: 'gate' }
      update(fold, state)
      return
    }
    case 'model.replied':
    case 'solution.submitted':
      update(fold, state)
      return
    case 'version.committed':
      if (event.version.number === 0) {
        nameConfigurations(fold, event.version.score)
        return
      }
      fold.measured = { score: event.version.score, by: 'gate' }
      close(fold, event, state)
      return
    case 'version.remeasured':
      if (event.number === 0) nameConfigurations(fold, event.score)
      return
    case 'candidate.rejected':
    case 'candidate.set-aside':
    case 'attempt.abandoned':
      close(fold, event, state)
      return
    case 'lineage.rebuilt':
      fold.rows.length = 0
      fold.changedFrom = 0
      for (const record of state.ledger) fold.rows.push(rebuiltRow(record, state, fold.configurations))
      return
    default:
      return
  }
}

/** Takes the seed's names. Values in another order are put in the new one; those of other configurations are dropped. */
function nameConfigurations(fold: AttemptRows, { scores }: CorrectScore): void {
  const before = fold.configurations
  fold.configurations = scores.map(({ configuration }) => configuration)
  const places = fold.configurations.map((name) => before.indexOf(name))
  if (places.length === before.length && places.every((place, index) => place === index)) return
  const isSameSet = places.length === before.length && !places.includes(-1)
  fold.rows.forEach((row, index) => {
    if (row.values.length === 0) return
    const values = isSameSet ? places.map((place) => row.values[place] ?? Number.NaN) : []
    fold.rows[index] = { ...row, values }
    fold.changedFrom = Math.min(fold.changedFrom, index)
  })
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
    ownUnpricedCalls: 0,
    ownTokens: 0,
    ownEvaluations: 0,
    score: null,
    scoredBy: null,
    values: [],
    gain: null,
    low: null,
    high: null,
    version: null,
    best: baseOf(number, state.versions)?.number ?? null,
    direction: state.attempt?.direction?.number ?? null,
    title: '',
    reason: '',
  }
}

function update(fold: AttemptRows, state: RunState): void {
  const { attempt } = state
  const index = fold.rows.length - 1
  const row = fold.rows[index]
  if (row === undefined || attempt === null || row.number !== attempt.number) return
  fold.changedFrom = Math.min(fold.changedFrom, index)
  fold.rows[index] = {
    ...row,
    ...spentOf(fold.since ?? { ...attempt.since, unpricedCalls: state.unpricedCalls }, state),
    ...measuredOf(fold.measured, fold.configurations),
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
): void {
  const record = state.ledger.at(-1)
  const index = fold.rows.length - 1
  const row = fold.rows[index]
  if (record === undefined || row === undefined || row.number !== record.number) return
  const closed = closedRow(
    {
      ...row,
      ...spentOf(fold.since ?? sinceNow(state), state),
      ...measuredOf(fold.measured, fold.configurations),
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

/** Of an attempt that only the lineage knows of. */
function rebuiltRow(record: AttemptRecord, state: RunState, configurations: readonly string[]): AttemptRow {
  const row = closedRow(openRow(record.number, state), record, state)
  const score = row.version === null ? undefined : state.versions[row.version]?.score
  return score === undefined ? row : { ...row, ...measuredOf({ score, by: 'gate' }, configurations) }
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
  return configurations.map((name) => valueIn(scores, name) ?? Number.NaN)
}

function sinceNow(state: RunState): Since {
  return { ...spentBy(state), unpricedCalls: state.unpricedCalls }
}

function spentOf(
  since: Since,
  state: RunState,
): Used & Pick<AttemptRow, 'ownMs' | 'ownCostUsd' | 'ownUnpricedCalls' | 'ownTokens' | 'ownEvaluations'> {
  const spent = spentBy(state)
  const own = spentSince(spent, since)
  return {
    ...toUsed(spent),
    ownMs: own.activeMs,
    ownCostUsd: own.costUsd,
    ownUnpricedCalls: state.unpricedCalls - since.unpricedCalls,
    ownTokens: own.tokens,
    ownEvaluations: own.evaluations,
  }
}

/** Without what is no part of a view. */
export function toUsed({ activeMs, evaluations, costUsd, tokens }: Used): Used {
  return { activeMs, evaluations, costUsd, tokens }
}
