import { expect, test } from 'vitest'
import type { AttemptRecord } from '../src/attempt.ts'
import type { Version } from '../src/lineage.ts'
import { runningBest, traceScores } from '../src/score-curve.ts'
import { version } from './storage/versions.ts'

const seed = scored(0, 100)
const rejected = (number: number, gain?: number | null): AttemptRecord => ({
  number,
  outcome: 'rejected',
  reason: '',
  ...(gain === undefined ? {} : { gain }),
})

function scored(number: number, value: number, attempt = number): Version {
  const { score, ...rest } = version(number)
  return { ...rest, attempt, score: { ...score, value } }
}

test('an attempt stands where its gain puts it, above the best version of its time', () => {
  const ledger: readonly AttemptRecord[] = [
    { ...rejected(1, -0.5), interval: { low: -0.6, high: -0.4 } },
    { number: 2, outcome: 'accepted', reason: '', gain: 1, interval: { low: 0.8, high: 1.2 } },
    rejected(3, -0.1),
    rejected(4, null),
    { number: 5, outcome: 'abandoned', reason: '' },
  ]
  const { points, seed: start } = traceScores(
    { versions: [seed, scored(1, 220, 2)], ledger, segmentStart: 0 },
    'maximize',
  )
  expect(start).toBe(100)
  expect(points.map(({ attempt, version: number, value }) => [attempt, number, value])).toEqual([
    [0, 0, 100],
    [1, null, 50],
    [2, 1, 220],
    [3, null, 198],
    [4, null, null],
    [5, null, null],
  ])
  expect(points[1]).toMatchObject({ low: expect.closeTo(40), high: expect.closeTo(60) })
  // Measured at 220 where the gain says 200: the interval goes with it.
  expect(points[2]).toMatchObject({ low: expect.closeTo(198), high: expect.closeTo(242) })
  expect(runningBest({ points }).map(({ value }) => value)).toEqual([100, 220])
})

test('where lower is better, a gain lowers the score', () => {
  const ledger: readonly AttemptRecord[] = [{ ...rejected(1, 1), interval: { low: 0.6, high: 3 } }]
  const { points } = traceScores({ versions: [seed], ledger, segmentStart: 0 }, 'minimize')
  expect(points[1]).toMatchObject({ value: 50, low: 25, high: expect.closeTo(62.5) })
})

test('what another scorer has measured is left out', () => {
  const ledger = [rejected(1, -0.1), { ...rejected(2, 1), outcome: 'accepted' as const }, rejected(3, -0.5)]
  const { points, leftOut } = traceScores(
    { versions: [seed, scored(1, 7, 2)], ledger, segmentStart: 2 },
    'maximize',
  )
  expect(leftOut).toBe(2)
  expect(points.map(({ attempt, value }) => [attempt, value])).toEqual([
    [2, 7],
    [3, 3.5],
  ])
})

test('before the seed was measured there is no curve', () => {
  expect(traceScores({ versions: [], ledger: [], segmentStart: 0 }, 'maximize')).toMatchObject({
    seed: null,
    points: [],
  })
})
