import { describe, expect, test } from 'vitest'
import { toComparison } from '../../src/explorer/page/compare-data.ts'
import { lookOf, nameTasks } from '../../src/explorer/page/compare-look.ts'
import type { RunSummary } from '../../src/explorer/run-view.ts'

/** A run whose versions came after so many runs of the scorer, with these scores. */
function run(
  id: string,
  task: string,
  points: readonly (readonly [number, number])[],
  end: number,
  phase: RunSummary['status']['phase'] = 'ended',
): RunSummary {
  const used = (evaluations: number) => ({ activeMs: 0, evaluations, costUsd: 0, tokens: 0 })
  const curve = points.map(([evaluations, score], attempt) => ({
    ...used(evaluations),
    attempt,
    score,
    overSeed: score - 1,
  }))
  return {
    id,
    facts: Object({ name: task.split(' ')[0], task }),
    status: Object({ ...used(end), attempts: end, phase }),
    versions: curve.length,
    curve,
  }
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

test.each(['running', 'paused', 'cut-off'] as const)('the median ends with a run that is %s', (phase) => {
  const runs = [
    run('1', 'same', [[1, 1]], 3, phase),
    run('2', 'same', [[1, 3]], 10),
    run('3', 'same', [[5, 5]], 9),
  ]
  const { data, groups } = toComparison(runs.slice(0, 2), 'evaluations', false)
  expect(data[0]).toEqual([1, 3, 10])
  expect(data[groups[0]?.median ?? 0]).toEqual([2, 2, null])
  const late = toComparison(runs, 'evaluations', false)
  expect(data[groups[0]?.high ?? 0]).toEqual([3, 3, null])
  expect(late.data[late.groups[0]?.median ?? 0]).toEqual([null, null, null, null, null])
})

describe('the look of a comparison', () => {
  const repeats = (task: string, count: number): RunSummary[] =>
    Array.from({ length: count }, (_, index) => run(`${task}${index}`, task, [[1, 1]], 1))

  test('gives each run a colour while one task alone has repeats', () => {
    const { runs, medians } = lookOf([...repeats('one x', 2), ...repeats('two x', 1)])
    expect(runs.map(({ colour }) => colour)).toEqual(['line-1', 'line-2', 'line-3'])
    expect([...medians.values()]).toEqual(['ink', 'ink'])
  })

  test('gives each task a colour where several have repeats, and each of its runs other dashes', () => {
    const { runs, medians } = lookOf([...repeats('one x', 2), ...repeats('two x', 3)])
    expect(runs.map(({ colour }) => colour)).toEqual(['line-1', 'line-1', 'line-2', 'line-2', 'line-2'])
    expect(new Set(runs.slice(2).map(({ dash }) => dash.join())).size).toBe(3)
    expect(new Set(medians.values()).size).toBe(2)
  })

  test('names tasks, with their scorer where the name is not enough', () => {
    const named = (...tasks: readonly string[]) => [
      ...nameTasks(tasks.flatMap((task) => repeats(task, 2))).values(),
    ]
    expect(named('one sha256:abcdef0123', 'two sha256:abcdef0123')).toEqual(['one', 'two'])
    expect(named('one sha256:abcdef0123', 'one sha256:123456789a')).toEqual([
      'one, scorer abcdef01',
      'one, scorer 12345678',
    ])
  })
})
