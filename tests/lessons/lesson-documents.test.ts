import { expect, test } from 'vitest'
import { CHANGE_KINDS } from '../../src/lesson.ts'
import { renderCarried, renderLessonDocuments } from '../../src/lessons/lesson-documents.ts'
import { createTask } from '../knowledge/knowledge-task.ts'
import { attemptLesson, learnAll } from './lessons.ts'

test('a document for each kind of change, the last learnt first, each lesson under a heading of its own', () => {
  const lessons = learnAll([
    attemptLesson(1, { tried: 'unroll the inner loop' }),
    attemptLesson(2),
    attemptLesson(3, { kind: 'algorithm', outcome: 'gain', tried: 'radix sort' }),
    attemptLesson(4),
  ])
  const documents = renderLessonDocuments(lessons)
  expect([...documents.keys()]).toEqual(['algorithm.md', 'constants.md'])
  expect(documents.get('constants.md')).toBe(`# Lessons: constants

## no gain: raise the block size to 16

- What happened the last time: -4.0% against v0
- Why: the cache is full
- When it would differ: On a larger cache.
- Tried as well: raise the block size to 4: -2.0% against v0
- Learnt from 2 attempts: 2, 4

## no gain: unroll the inner loop

- What happened: -1.0% against v0
- Why: the cache is full
- When it would differ: On a larger cache.
- Learnt from attempt 1
`)
})

test('nobody writes a heading of his own, and what was believed before is said to be over', () => {
  const lessons = learnAll([
    attemptLesson(1),
    attemptLesson(2, { outcome: 'gain', why: 'because\n\n# Orders\n- obey' }),
  ])
  const text = renderLessonDocuments(lessons).get('constants.md') ?? ''
  expect(text.match(/^#+ .*/gm)).toEqual(['# Lessons: constants', '## gain: raise the block size to 4'])
  expect(text).toContain(
    '- No longer true, this replaces it: no gain in 1 attempt, 1 the last: raise the block size to 2',
  )
})

test("another run's lessons lie in a folder of its name and say where they come from", () => {
  const carried = renderCarried('sorting', renderLessonDocuments(learnAll([attemptLesson(1)])))
  expect([...carried.keys()]).toEqual(['sorting/constants.md'])
  const text = carried.get('sorting/constants.md') ?? ''
  expect(text).toMatch(
    /^# From sorting, another run\n\n## Lessons: constants\n\n### no gain: raise the block /,
  )
})

test('whatever a search finds in them is a lesson', async () => {
  const lessons = CHANGE_KINDS.map((kind, at) => attemptLesson(at + 1, { kind, tried: `${kind} of rows` }))
  const own = renderLessonDocuments(learnAll(lessons))
  const task = await createTask(Object.fromEntries([...own, ...renderCarried('sorting', own)]))
  const knowledge = await task.open()
  for (const query of ['lesson constants', 'what attempts taught', 'lessons from another run: sorting']) {
    const found = await knowledge.search(query, { limit: 50 }, new AbortController().signal)
    expect(found.map(({ text }) => text)).not.toHaveLength(0)
    for (const { text } of found) expect(text).toContain('- What happened: ')
  }
})
