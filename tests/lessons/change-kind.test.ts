import { expect, test } from 'vitest'
import { kindOf } from '../../src/lessons/change-kind.ts'

test.for([
  ['replace quicksort by a radix sort', 'algorithm'],
  ['cache the parsed header and reuse it', 'less-work'],
  ['keep the points in one contiguous array', 'data-layout'],
  ['split the rows over four threads', 'parallel'],
  ['vectorise with NumPy', 'native'],
  ['Raise the threshold from 16 to 32', 'constants'],
  ['combine both earlier attempts', 'combination'],
  ['simplify the loop, remove a branch', 'simplification'],
  ['change 8 to 7', 'constants'],
  ['stop when nothing moved: then the array is sorted, and passes can be left out', 'less-work'],
  ['try 3', 'other'],
  ['', 'other'],
] as const)('%s: %s', ([text, kind]) => {
  expect(kindOf(text)).toBe(kind)
})

test('of several kinds the one with the most words counts, and a word inside another is none', () => {
  expect(kindOf('tune the tree: another heap, another hash')).toBe('algorithm')
  expect(kindOf('street')).toBe('other')
})
