import { expect, test } from 'vitest'
import { createKeywordIndex } from '../../src/knowledge/keyword-index.ts'

test('rare words say more than common ones, and texts that were removed or replaced are found no more', () => {
  const index = createKeywordIndex()
  for (const id of ['a', 'b', 'c']) index.add(id, `loops and loops ${id === 'c' ? 'with prefetching' : ''}`)
  expect(index.search('loops with prefetching', 2)).toEqual(['c', 'a'])
  expect(index.search('loops with prefetching', 2, new Set(['b']))).toEqual(['b'])

  index.remove(new Set(['c', 'nobody']))
  expect(index.search('prefetching', 9)).toEqual([])
  index.add('c', 'cache lines')
  index.remove(new Set(['a']))
  expect(index.search('loops', 9)).toEqual(['b'])
  expect(index.search('lines', 9)).toEqual(['c'])
  index.remove(new Set(['b', 'c']))
  expect(index.search('loops lines', 9)).toEqual([])
})
