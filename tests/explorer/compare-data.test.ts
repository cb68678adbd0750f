import { expect, test } from 'vitest'
import { toComparison } from '../../src/explorer/page/compare-data.ts'
import type { RunSummary } from '../../src/explorer/run-view.ts'

/** A run whose versions came after so many runs of the scorer, with these scores. */
function run(
  id: string,
  task: string,
  points: readonly (readonly [number, number])[],
  end: number,
): RunSummary {
  const used = (evaluations: number) => ({ activeMs: 0, evaluations, costUsd: 0, tokens: 0 })
  const curve = points.map(([evaluations, score], attempt) => ({
    ...used(evaluations),
    attempt,
    score,
    overSeed: score - 1,
  }))
  return { id, facts: Object({ task }), status: Object({ ...used(end), attempts: end }), curve }
}

test('the median over repeats goes on with the best of a run that has ended; its own line does not', () => {
  const runs = [
    run(
      '1',
      'same',
      [
        [1, 1],
        [4, 5],
      ],
      10,
    ),
    run(
      '2',
      'same',
      [
        [1, 1],
        [2, 3],
      ],
      6,
    ),
    run(
      '3',
      'same',
      [
        [2, 1],
        [6, 7],
      ],
      8,
    ),
    run('4', 'other', [[1, 100]], 3),
  ]
  const { data, groups } = toComparison(runs, 'evaluations', false)
  const [xs, ...series] = data
  expect(xs).toEqual([1, 2, 3, 4, 6, 8, 10])
  expect(series[1]).toEqual([1, 3, 3, 3, 3, null, null])
  const [same, other] = groups
  expect(other).toMatchObject({ median: null, high: null, low: null })
  // Before all three have begun there is none.
  expect(data[same?.median ?? 0]).toEqual([null, 1, 1, 3, 5, 5, 5])
  expect(data[same?.high ?? 0]).toEqual([null, 3, 3, 5, 7, 7, 7])
  expect(data[same?.low ?? 0]).toEqual([null, 1, 1, 1, 3, 3, 3])
})

test('five repeats have quartiles', () => {
  const runs = [1, 2, 3, 4, 100].map((score, index) => run(`${index}`, 'same', [[1, score]], 1))
  const { data, groups } = toComparison(runs, 'evaluations', true)
  const [same] = groups
  expect([same?.low, same?.median, same?.high].map((at) => data[at ?? 0]?.[0])).toEqual([1, 2, 3])
})
