import { expect, test } from 'vitest'
import type { AttemptRecord } from '../../src/attempt.ts'
import { createRandom } from '../../src/gate/random.ts'
import { DIRECTION_KINDS, type DirectionKind } from '../../src/state/redirection.ts'
import { drawDirection, weighKinds } from '../../src/supervision/bandit.ts'
import { direction } from './events.ts'

const tried = (kind: DirectionKind, count: number, z: number | null = null, gain = 0.1): AttemptRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    outcome: z === null ? ('rejected' as const) : ('accepted' as const),
    reason: 'r',
    gain,
    ...(z !== null && { z }),
    direction: { number: 1, kind },
  }))

const queue = DIRECTION_KINDS.map((kind, index) => ({ ...direction(kind), number: index + 1 }))

test('chances add up to one, and none dies however often it failed', () => {
  const weights = weighKinds([...tried('explore', 1000), ...tried('simplify', 50, 5)])
  expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1)
  expect(weights.explore).toBeGreaterThan(0.2 / 7)
  expect(weights.simplify).toBeGreaterThan(0.7)
})

test('failures make a kind less likely than one that nobody tried; a gain in noise units more', () => {
  const before = weighKinds([])
  expect(weighKinds(tried('explore', 3)).explore).toBeLessThan(before.explore)
  expect(weighKinds(tried('refine', 1, 3)).refine).toBeGreaterThan(before.refine)
  const lucky = weighKinds(tried('refine', 1, 1_000)).refine
  expect(lucky).toBe(weighKinds(tried('refine', 1, 5)).refine)
})

test('without noise a gain of 1% counts as one unit; what could not be measured counts as nothing', () => {
  const exact = tried('combine', 1, null, 0.02).map((one) => ({ ...one, outcome: 'accepted' as const }))
  expect(weighKinds(exact)).toEqual(weighKinds(tried('combine', 1, 2)))
  const unmeasured = tried('combine', 4).map((one) => ({ ...one, outcome: 'indecisive' as const }))
  expect(weighKinds(unmeasured)).toEqual(weighKinds([]))
})

test('draws by weight among what waits, the first of its kind, the same for the same seed', () => {
  const weights = weighKinds(tried('profile', 20, 4))
  const draws = (seed: number) => {
    const random = createRandom(seed)
    return Array.from({ length: 400 }, () => drawDirection(queue, weights, random)?.kind)
  }
  expect(draws(1)).toEqual(draws(1))
  const counts = Map.groupBy(draws(2), (kind) => kind)
  expect(counts.get('profile')?.length ?? 0).toBeGreaterThan(200)
  expect(counts.size).toBe(DIRECTION_KINDS.length)
  const twice = [queue[0], queue[0]].flatMap((one, index) => (one ? [{ ...one, number: index + 8 }] : []))
  expect(drawDirection(twice, weights, createRandom(3))?.number).toBe(8)
  expect(drawDirection([], weights, createRandom(3))).toBeUndefined()
})
