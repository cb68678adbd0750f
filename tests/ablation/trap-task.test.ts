import { describe, expect, test } from 'vitest'
import { CHOICES, createTrapTask, type Plan, parsePlan, renderPlan, type TrapTask } from './trap-task.ts'

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)
const ALL_OPTIONS = Object.values(CHOICES)

/** Every plan in which so many choices of one stage are others. */
function neighbours(plan: Plan, changes: number): readonly Plan[] {
  const waysOf = (options: readonly string[], at: number): readonly (readonly string[])[] =>
    at === options.length
      ? [[]]
      : waysOf(options, at + 1).flatMap((rest) => (ALL_OPTIONS[at] ?? []).map((option) => [option, ...rest]))
  return [...plan].flatMap(([name, { options, batch }]) =>
    waysOf(options, 0)
      .filter((way) => way.filter((option, at) => option !== options[at]).length === changes)
      .map((way) => new Map([...plan, [name, { options: way, batch }]])),
  )
}

const valueFor = (task: TrapTask, plan: Plan): number => task.score(plan).value

/** The best single change, again and again, until none is better. */
function climb(task: TrapTask, plan: Plan): Plan {
  const [best = plan] = neighbours(plan, 1).toSorted((a, b) => valueFor(task, b) - valueFor(task, a))
  return valueFor(task, best) > valueFor(task, plan) ? climb(task, best) : plan
}

describe.each(SEEDS)('the task of seed %i is deceptive', (seed) => {
  const task = createTrapTask(seed)
  const top = climb(task, task.seed)

  test('small steps gain, and end where neither one change nor two in a stage lead on', () => {
    expect(valueFor(task, top)).toBeGreaterThan(valueFor(task, task.seed) * 1.2)
    const better = [...neighbours(top, 1), ...neighbours(top, 2)].filter(
      (plan) => valueFor(task, plan) > valueFor(task, top),
    )
    expect(better).toEqual([])
    expect(task.isSolved(task.score(top))).toBe(false)
  })

  test('around it is a plateau, and in every stage one plan of three changes leads on, until it is solved', () => {
    const equal = neighbours(top, 1).filter((plan) => valueFor(task, plan) === valueFor(task, top))
    expect(equal).toHaveLength(top.size * ALL_OPTIONS.length)
    const better = neighbours(top, 3).filter((plan) => valueFor(task, plan) > valueFor(task, top))
    expect(better).toHaveLength(top.size)
    const together = better.flatMap((plan) => [...plan].filter(([name, stage]) => stage !== top.get(name)))
    expect(task.isSolved(task.score(new Map(together)))).toBe(true)
    const almost = new Map([...top, ...together.slice(1)])
    expect(task.isSolved(task.score(almost))).toBe(false)
  })
})

test('a plan is read as it is written, and half a plan is none', () => {
  const { seed } = createTrapTask(1)
  expect(parsePlan(renderPlan(seed))).toEqual(seed)
  expect(parsePlan(renderPlan(seed).replace(/^sort\.order.*$/m, ''))).toBeNull()
  expect(parsePlan(renderPlan(seed).replace(/batch = \d+/, 'batch = 0'))).toBeNull()
})
