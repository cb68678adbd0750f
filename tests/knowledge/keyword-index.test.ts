import { expect, test } from 'vitest'
import { createKeywordIndex } from '../../src/knowledge/keyword-index.ts'

test('rare words say more than common ones, and texts that were removed or replaced are found no more', () => {
  const index = createKeywordIndex()
  const texts = { a: 'loops and loops', b: 'loops and loops', c: 'loops and loops with prefetching' }
  for (const [id, text] of Object.entries(texts)) index.add(id, text)
  expect(index.search('loops with prefetching', 2)).toEqual(['c', 'a'])
  expect(index.search('loops with prefetching', 2, new Set(['b']))).toEqual(['b'])

  index.remove('c', texts.c)
  index.remove('nobody', 'loops')
  expect(index.search('prefetching', 9)).toEqual([])
  index.add('c', 'cache lines')
  index.remove('a', texts.a)
  expect(index.search('loops', 9)).toEqual(['b'])
  expect(index.search('lines', 9)).toEqual(['c'])
  index.remove('b', texts.b)
  index.remove('c', 'cache lines')
  expect(index.search('loops lines', 9)).toEqual([])
})
