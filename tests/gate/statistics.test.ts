import { describe, expect, test } from 'vitest'
import { meanInterval, noiseOfMean } from '../../src/gate/bootstrap.ts'
import { createRandom, type Random } from '../../src/gate/random.ts'
import { normalCdf, quantile, standardDeviation, studentQuantile95 } from '../../src/gate/statistics.ts'
import { drawNormal } from './rounds.ts'

test('random numbers are uniform, and those of near seeds have nothing to do with one another', () => {
  const draw = (seed: number): number[] => Array.from({ length: 20_000 }, createRandom(seed))
  const numbers = draw(1)
  expect(draw(1)).toEqual(numbers)
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length / numbers.length
    expect(share).toBeCloseTo(0.1, 1.8)
  }
  const others = draw(2)
  const product = numbers.reduce(
    (sum, number, index) => sum + (number - 0.5) * ((others[index] ?? 0) - 0.5),
    0,
  )
  expect(Math.abs(product / numbers.length)).toBeLessThan(0.005)
  expect(draw(2 ** 40 + 1).slice(0, 5)).not.toEqual(numbers.slice(0, 5))
})

test('standard deviation, quantiles, normal and Student distribution are those of the tables', () => {
  expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.138, 3)
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5)
  expect([-3.1, -1.959964, 0, 1].map(normalCdf)).toEqual([
    expect.closeTo(0.000968, 6),
    expect.closeTo(0.025, 6),
    expect.closeTo(0.5, 6),
    expect.closeTo(0.841345, 6),
  ])
  const table = { 3: 3.182, 4: 2.776, 9: 2.262, 29: 2.045 }
  for (const [degrees, value] of Object.entries(table))
    expect(studentQuantile95(Number(degrees)) / value).toBeCloseTo(1, 1.7)
})

describe('the interval of a mean', () => {
  const distributions: Readonly<Record<string, (random: Random) => number>> = {
    normal: drawNormal,
    'with outliers': (random) => drawNormal(random) * (random() < 0.1 ? 5 : 1),
    uniform: (random) => random() - 0.5,
  }
  test.each(Object.keys(distributions).flatMap((name) => [5, 10].map((count) => [name, count] as const)))(
    'holds the true one 95 times out of 100, or nearly so: %s, %i values',
    (name, count) => {
      const random = createRandom(count)
      const draw = distributions[name] ?? drawNormal
      const holds = (): boolean => {
        const interval = meanInterval(
          Array.from({ length: count }, () => draw(random)),
          random,
        )
        return interval !== null && interval[0] <= 0 && interval[1] >= 0
      }
      const held = Array.from({ length: 400 }, holds).filter(Boolean).length / 400
      expect(held).toBeGreaterThanOrEqual(0.9)
      expect(held).toBeLessThanOrEqual(0.99)
    },
  )

  test('comes out the same for the same seed, is none for one value, a point for equal ones', () => {
    const values = [0.01, 0.03, 0.02, 0.05, 0.01, 0.02]
    expect(meanInterval(values, createRandom(5))).toEqual(meanInterval(values, createRandom(5)))
    expect(meanInterval([0.1], createRandom(1))).toBeNull()
    const [low, high] = meanInterval([2, 2, 2, 2, 2, 2], createRandom(1)) ?? []
    expect([low, high]).toEqual([2, 2])
  })
})

test('the noise of a mean shrinks with the root of the rounds', () => {
  const random = createRandom(3)
  const values = Array.from({ length: 2_000 }, () => drawNormal(random))
  expect(noiseOfMean(values, 1, 0.95, random)).toBeCloseTo(1.96, 0.6)
  expect(noiseOfMean(values, 25, 0.95, random)).toBeCloseTo(1.96 / 5, 1.2)
  expect(noiseOfMean([0, 0, 0], 5, 0.95, random)).toBe(0)
})
