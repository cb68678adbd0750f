import { expect, test } from 'vitest'
import type { Lesson } from '../src/lesson.ts'
import { foldLesson, withEarlierScorer } from '../src/lesson-fold.ts'
import { attemptLesson } from './lessons/lessons.ts'

test('lessons are bounded: those learnt longest ago go first, what gained goes last', () => {
  let known: readonly Lesson[] = foldLesson([], attemptLesson(1, { outcome: 'gain' }), {})
  for (let attempt = 2; attempt <= 500; attempt++) known = foldLesson(known, attemptLesson(attempt), {})
  expect(known).toHaveLength(200)
  expect(known.map(({ attempt }) => attempt).slice(0, 2)).toEqual([1, 302])
  expect(known.at(-1)?.attempt).toBe(500)
})

test('what was just learnt is never what is forgotten', () => {
  let known: readonly Lesson[] = []
  for (let attempt = 1; attempt <= 200; attempt++)
    known = foldLesson(known, attemptLesson(attempt, { outcome: 'gain' }), {})
  known = foldLesson(known, attemptLesson(201), {})
  expect(known.map(({ attempt }) => attempt).at(-1)).toBe(201)
  expect(known).toHaveLength(200)
})

test('a lesson that comes again and again names its last attempts and counts them all', () => {
  let known: readonly Lesson[] = foldLesson([], attemptLesson(1), {})
  for (let attempt = 2; attempt <= 30; attempt++)
    known = foldLesson(known, attemptLesson(attempt), { same: 1 })
  expect(known).toHaveLength(1)
  expect(known[0]).toMatchObject({ attempt: 1, times: 30 })
  expect(known[0]?.attempts).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30])
})

test('what the same idea was before, in other words or with other figures, is kept: nine of them, each once', () => {
  let known: readonly Lesson[] = foldLesson([], attemptLesson(1, { happened: 'x'.repeat(1_000) }), {})
  expect(known[0]).not.toHaveProperty('also')
  for (const size of [4, 8, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096])
    known = foldLesson(known, attemptLesson(2, { tried: `to ${size}`, happened: 'lost' }), { same: 1 })
  expect(known[0]?.also).toEqual([8, 16, 32, 64, 128, 256, 512, 1024, 2048].map((size) => `to ${size}: lost`))
})

test('a placement by lessons that are forgotten is a lesson of its own', () => {
  expect(foldLesson([], attemptLesson(7), { same: 3, overturned: [4] })).toMatchObject([
    { attempt: 7, times: 1, before: [] },
  ])
})

test('what an earlier scorer said is marked, until it is learnt again', () => {
  const known = withEarlierScorer(foldLesson([], attemptLesson(1), {}))
  expect(known[0]?.ofEarlierScorer).toBe(true)
  expect(foldLesson(known, attemptLesson(2), { same: 1 })[0]).not.toHaveProperty('ofEarlierScorer')
})
