import { expect, test } from 'vitest'
import { createRandom, createRandomSource } from '../../src/scoring-kit/random.ts'

test('the generator is xoshiro128**', () => {
  const seed = Buffer.alloc(16)
  for (const [index, word] of [1, 2, 3, 4].entries()) seed.writeUInt32LE(word, 4 * index)
  const random = createRandom(seed)
  // The first words for this state are 11520, 0, 5927040 and 70819200; two of them make a number.
  expect(random() * 2 ** 53).toBe((11_520 >>> 5) * 2 ** 26)
  expect(random() * 2 ** 53).toBe((5_927_040 >>> 5) * 2 ** 26 + (70_819_200 >>> 6))
})

test('whole numbers reach both ends and nothing beyond', () => {
  const random = createRandomSource('a secret')('dice')
  const thrown = Array.from({ length: 600 }, () => random.integer(1, 6))
  expect([...new Set(thrown)].sort()).toEqual([1, 2, 3, 4, 5, 6])
})

test('to shuffle keeps what there is, in the same array', () => {
  const values = Float64Array.from({ length: 100 }, (_, i) => i)
  expect(createRandomSource()('cards').shuffle(values)).toBe(values)
  expect(values).not.toEqual(values.toSorted())
  expect(values.toSorted()).toEqual(Float64Array.from({ length: 100 }, (_, i) => i))
})

test('a secret and a purpose give the same numbers; nothing else does', () => {
  const first = createRandomSource('secret')
  const numbers = [first('input', 'a', 1), first('input', 'a', 2), createRandomSource()('input', 'a', 1)].map(
    (random) => random(),
  )
  expect(createRandomSource('secret')('input', 'a', 1)()).toBe(numbers[0])
  expect(new Set(numbers).size).toBe(3)
})
