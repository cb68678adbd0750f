import { expect, test } from 'vitest'
import { toConfigurationPoints } from '../../src/explorer/page/configuration-points.ts'
import { toScorePoints } from '../../src/explorer/page/score-points.ts'
import { toSummary } from '../../src/explorer/run-summary.ts'
import type { AttemptRow, RunView, VersionRow } from '../../src/explorer/run-view.ts'

const SETTINGS = {
  axis: 'attempt',
  isLog: false,
  showsNoise: true,
  showsIntervals: true,
  showsLines: true,
} as const

/** Scorers name their configurations in an order of their own each time. */
function toVersion(number: number, attempt: number, score: number): VersionRow {
  const scores = [
    { configuration: 'a', value: score },
    { configuration: 'b', value: 10 * score },
  ]
  return Object({
    number,
    attempt,
    score,
    scores: number % 2 === 0 ? scores : scores.toReversed(),
    overSeed: number,
    activeMs: 0,
    evaluations: attempt,
    costUsd: 0,
    tokens: 0,
  })
}

function toAttempt(number: number, version: number | null, score: number): AttemptRow {
  const used = { activeMs: 0, evaluations: number, costUsd: 0, tokens: 0 }
  return Object({ number, version, score, values: [score, 10 * score], ...used })
}

/** Six attempts with four versions; the scorer was changed after the fourth, and gives a thousandth of what the first one gave. */
function toView(otherScorerUpTo: number): RunView {
  const isChanged = otherScorerUpTo > 0
  return Object({
    id: '1',
    facts: { configurations: ['a', 'b'], otherScorerUpTo },
    environment: { calibration: null },
    status: {},
    versions: [
      toVersion(0, 0, isChanged ? 1 : 1_000),
      toVersion(1, 1, 2_000),
      toVersion(2, 3, isChanged ? 3 : 3_000),
      toVersion(3, 6, isChanged ? 4 : 4_000),
    ],
    attempts: [
      toAttempt(1, 1, 2_000),
      toAttempt(2, null, 1_500),
      toAttempt(3, 2, 3_000),
      toAttempt(4, null, 2_500),
      toAttempt(5, null, isChanged ? 2.5 : 2_500),
      toAttempt(6, 3, isChanged ? 4 : 4_000),
    ],
  })
}

test('the curve begins where the newest scorer took over; attempts before it have a place and no score', () => {
  const view = toView(4)
  const { data, scores, start } = toScorePoints(view, view.attempts, SETTINGS)
  expect(data[0]).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(scores).toEqual([null, null, null, null, null, 2.5, 4])
  expect(data[2]).toEqual([null, null, null, null, 3, 3, 4])
  expect(start).toBe(4)
})

test('one scorer has a whole curve', () => {
  const view = toView(0)
  const { data, start } = toScorePoints(view, view.attempts, SETTINGS)
  expect(data[1]).toEqual([1_000, 2_000, 1_500, 3_000, 2_500, 2_500, 4_000])
  expect(data[2]).toEqual([1_000, 2_000, 2_000, 3_000, 3_000, 3_000, 4_000])
  expect(start).toBe(null)
})

test('a configuration is looked up by its name, and has values of the newest scorer alone', () => {
  const one = toView(0)
  expect(toConfigurationPoints(one, one.attempts, 'a')).toEqual({
    data: [
      [1, 2, 3, 4, 5, 6],
      [null, 1_500, null, 2_500, 2_500, null],
      [2_000, 2_000, 3_000, 3_000, 3_000, 4_000],
      [2_000, null, 3_000, null, null, 4_000],
    ],
    start: null,
  })
  const two = toView(4)
  expect(toConfigurationPoints(two, two.attempts, 'b')).toEqual({
    data: [
      [1, 2, 3, 4, 5, 6],
      [null, null, null, null, 25, null],
      [null, null, null, 30, 30, 40],
      [null, null, null, null, null, 40],
    ],
    start: 4,
  })
})

test('what is compared with other runs begins there, too, and counts all versions', () => {
  const { curve, versions } = toSummary(toView(4))
  expect(curve.map(({ attempt, evaluations, score }) => [attempt, evaluations, score])).toEqual([
    [4, 4, 3],
    [6, 6, 4],
  ])
  expect(versions).toBe(4)
  expect(toSummary(toView(0)).curve).toHaveLength(4)
})
