import { expect, test } from 'vitest'
import { likeness } from '../../src/lessons/likeness.ts'

test('figures, endings, order and small words make no difference', () => {
  expect(likeness('raise the block size to 64', 'block sizes raised: 128')).toBe(1)
  expect(likeness('vectorise the inner loop', 'the inner loop, vectorized')).toBe(1)
})

test('texts that share nothing are not alike, and a word more or less counts by how many there are', () => {
  expect(likeness('sort by radix', 'cache results')).toBe(0)
  expect(likeness('cache results of parsing', 'cache results')).toBeCloseTo(0.8)
  expect(likeness('unroll loop', 'unroll heap')).toBe(0.5)
})

test('texts without words are alike only where they are the same', () => {
  expect(likeness('64', '128')).toBe(0)
  expect(likeness(' 64', '64')).toBe(1)
  expect(likeness('', 'cache')).toBe(0)
})
