import { expect, test } from 'vitest'
import { isSameIdea, likeness } from '../../src/lessons/likeness.ts'
import { OTHER_IDEA, SAME_IDEA } from './idea-pairs.ts'

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

test('names in code marks decide: another recipe is another idea, whatever the rest says', () => {
  expect(likeness('apply recipe `cache-result`', 'apply recipe `hoist-invariant`')).toBe(0)
  expect(likeness('apply recipe `cache-result` twice', 'apply recipe `cache-result`')).toBeGreaterThan(0.8)
  expect(likeness('raise `BLOCK` to 64', 'raise BLOCK to 128')).toBe(1)
})

test('the threshold tells ideas apart that people put into words', () => {
  const alike = SAME_IDEA.filter((pair) => isSameIdea(...pair))
  const confused = OTHER_IDEA.filter((pair) => isSameIdea(...pair))
  expect(alike.length).toBeGreaterThanOrEqual(22)
  expect(confused.length).toBeLessThanOrEqual(1)
})
