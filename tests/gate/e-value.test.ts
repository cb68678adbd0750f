import { expect, test } from 'vitest'
import { eValue, leastRounds } from '../../src/gate/e-value.ts'
import { createRandom } from '../../src/gate/random.ts'

test('eight wins in a row convince at 2%, seven do not, and a loss costs three more wins', () => {
  expect(eValue(0, 0)).toBe(1)
  expect(eValue(8, 0)).toBeCloseTo((1.3 ** 8 + 1.5 ** 8 + 1.7 ** 8 + 1.9 ** 8) / 4)
  expect(eValue(8, 0)).toBeGreaterThan(50)
  expect(eValue(7, 0)).toBeLessThan(50)
  expect(eValue(11, 1)).toBeGreaterThan(50)
  expect(eValue(10, 1)).toBeLessThan(50)
  expect([0.5, 0.05, 0.02, 0.001].map(leastRounds)).toEqual([2, 6, 8, 13])
})

test('it is a fair game: where a win is as likely as a loss, the next round changes nothing on average', () => {
  for (let wins = 0; wins < 20; wins++)
    for (let losses = 0; losses < 20; losses++)
      expect((eValue(wins + 1, losses) + eValue(wins, losses + 1)) / 2 / eValue(wins, losses)).toBeCloseTo(1)
})

test('without a gain, looking after each of 300 rounds convinces in at most 2% of 10,000 runs', () => {
  const random = createRandom(7)
  const isFooled = (): boolean => {
    let wins = 0
    for (let rounds = 1; rounds <= 300; rounds++) {
      if (random() < 0.5) wins += 1
      if (eValue(wins, rounds - wins) >= 50) return true
    }
    return false
  }
  const fooled = Array.from({ length: 10_000 }, isFooled).filter(Boolean).length
  expect(fooled).toBeLessThanOrEqual(200)
  // It would be of no use if it never convinced.
  expect(fooled).toBeGreaterThan(50)
})
