import type { AttemptRecord } from './attempt.ts'
import type { RunState } from './journal.ts'
import type { Version } from './lineage.ts'
import type { Interval } from './measurement.ts'
import type { Direction } from './score.ts'

/** What came of an attempt, on the scale of the scores. */
export interface ScorePoint {
  /** 0 is the seed. */
  readonly attempt: number
  readonly outcome: AttemptRecord['outcome']
  /** Number of the version that it made; null where it made none. */
  readonly version: number | null
  /** In the task's unit; null where nothing was measured, or nothing correct. */
  readonly value: number | null
  /** Scores between which the true one lies 95 times out of 100, the smaller number first. */
  readonly low: number | null
  readonly high: number | null
}

/** The scores of a run, attempt by attempt. */
export interface ScoreCurve {
  readonly direction: Direction
  /** The seed's score; null before it was measured. */
  readonly seed: number | null
  /** Oldest first; the first one is what the search began from: the seed, or the best version when the scorer changed. */
  readonly points: readonly ScorePoint[]
  /** Attempts that another scorer has measured: their scores can't be compared, and they are no points. */
  readonly leftOut: number
}

/**
 * The curve of a run. A version stands where the gate measured it; any other attempt where its gain, which was measured in turns
 * with the best version of the time, puts it in relation to that version's score.
 */
export function traceScores(
  { versions, ledger, segmentStart }: Pick<RunState, 'versions' | 'ledger' | 'segmentStart'>,
  direction: Direction,
): ScoreCurve {
  const leftOut = ledger[segmentStart - 1]?.number ?? 0
  let best = versions.findLast(({ attempt }) => attempt <= leftOut)
  const [seed = null] = versions.map(({ score }) => score.value)
  if (best === undefined) return { direction, seed, points: [], leftOut: 0 }

  const byAttempt = new Map(versions.map((version) => [version.attempt, version]))
  const points: ScorePoint[] = [
    {
      attempt: leftOut,
      outcome: 'accepted',
      version: best.number,
      value: best.score.value,
      low: null,
      high: null,
    },
  ]
  for (const record of ledger.slice(segmentStart)) {
    const version = record.outcome === 'accepted' ? byAttempt.get(record.number) : undefined
    points.push(toPoint(record, version, best, direction))
    best = version ?? best
  }
  return { direction, seed, points, leftOut: segmentStart }
}

/** The best score so far, a step for each version. */
export function runningBest({
  points,
}: Pick<ScoreCurve, 'points'>): readonly (ScorePoint & { readonly value: number })[] {
  return points.flatMap((point) =>
    point.version === null || point.value === null ? [] : [{ ...point, value: point.value }],
  )
}

function toPoint(
  { number: attempt, outcome, gain, interval }: AttemptRecord,
  version: Version | undefined,
  best: Version,
  direction: Direction,
): ScorePoint {
  const place = { attempt, outcome, version: version?.number ?? null }
  if (typeof gain !== 'number')
    return { ...place, value: version?.score.value ?? null, low: null, high: null }
  const expected = scoreAfter(best.score.value, gain, direction)
  const value = version?.score.value ?? expected
  const bounds =
    interval === undefined ? null : toBounds(interval, best.score.value, value / expected, direction)
  return {
    ...place,
    value: Number.isFinite(value) ? value : null,
    low: bounds?.low ?? null,
    high: bounds?.high ?? null,
  }
}

/** @param shift how far the version's own score lies from where its gain puts it: the interval goes with it */
function toBounds(interval: Interval, from: number, shift: number, direction: Direction): Interval {
  const [one, other] = [interval.low, interval.high].map((gain) => scoreAfter(from, gain, direction) * shift)
  return {
    low: Math.min(one ?? Number.NaN, other ?? Number.NaN),
    high: Math.max(one ?? Number.NaN, other ?? Number.NaN),
  }
}

function scoreAfter(score: number, gain: number, direction: Direction): number {
  return direction === 'maximize' ? score * (1 + gain) : score / (1 + gain)
}
