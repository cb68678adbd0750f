import { expect, test } from 'vitest'
import { dropNearDuplicates } from '../../src/knowledge/near-duplicates.ts'
import { createTask } from './knowledge-task.ts'

const words = Array.from({ length: 60 }, (_, at) => `word${at} matters`).join(' ')
const kept = (texts: readonly string[], limit = 9) => dropNearDuplicates(texts, (text) => text, limit)

test('a copy with another comma says nothing new; another number, another half or no word at all does', () => {
  expect(kept([words, words.replace(' ', ', '), 'something else'])).toEqual([words, 'something else'])
  const short = 'rule: pattern slow($X) fix: $X within ten lines'
  expect(kept([short, short.replace('slow', 'sleep')])).toHaveLength(2)
  expect(kept([words, words.slice(0, words.length / 2)])).toHaveLength(2)
  expect(kept(['->', words, '??'])).toEqual(['->', words, '??'])
})

test('so many are given as were asked for, where there are so many different ones', () => {
  expect(kept([words, words, 'a cache', words, 'a page', 'a lock'], 3)).toEqual([words, 'a cache', 'a page'])
})

test('a document that is there twice is found once', async () => {
  const text = `# Digits\n${words}`
  const task = await createTask({
    'a.md': text,
    'copies/a.md': `${text}!`,
    'b.md': '# Digits\nof something else',
  })
  const found = await (await task.open()).search('digits', { limit: 5 }, new AbortController().signal)
  expect(found).toHaveLength(2)
})
