import { expect, test } from 'vitest'
import { placeLesson } from '../../src/lessons/place-lesson.ts'
import { withEarlierScorer } from '../../src/state/lesson-fold.ts'
import { attemptLesson, learnAll } from './lessons.ts'

test('the same idea with the same outcome is one lesson: attempts add up, the last words stand', () => {
  const [lesson, ...others] = learnAll([1, 2, 3].map((attempt) => attemptLesson(attempt)))
  expect(others).toEqual([])
  expect(lesson).toMatchObject({
    attempt: 1,
    attempts: [1, 2, 3],
    times: 3,
    tried: 'raise the block size to 8',
    happened: '-3.0% against v0',
  })
})

test('another idea, another kind and another outcome are lessons of their own', () => {
  const lessons = learnAll([
    attemptLesson(1),
    attemptLesson(2, { tried: 'unroll the inner loop by hand' }),
    attemptLesson(3, { kind: 'data-layout' }),
    attemptLesson(4, { outcome: 'gain', tried: 'unroll all of the outer loops of the parser' }),
  ])
  expect(lessons.map(({ attempts }) => attempts)).toEqual([[1], [2], [3], [4]])
})

test('a gain overturns "no gain" of the same idea, and says so', () => {
  const lessons = learnAll([
    attemptLesson(1),
    attemptLesson(2),
    attemptLesson(3, { outcome: 'incorrect', tried: 'the block size is raised' }),
    attemptLesson(4, { outcome: 'gain', happened: 'v1: +5.0% over v0' }),
  ])
  expect(lessons).toHaveLength(1)
  expect(lessons[0]).toMatchObject({
    outcome: 'gain',
    attempts: [4],
    before: [
      'no gain in 2 attempts, 2 the last: raise the block size to 4',
      'incorrect in 1 attempt, 3 the last: the block size is raised',
    ],
  })
})

test('a later "no gain" takes back no gain, which is part of what it was tried on', () => {
  const lessons = learnAll([attemptLesson(1, { outcome: 'gain' }), attemptLesson(2)])
  expect(lessons.map(({ outcome, before }) => [outcome, before])).toEqual([
    ['gain', []],
    ['no-gain', []],
  ])
})

test('what an earlier scorer called a gain is overturned by what the present one says', () => {
  const known = withEarlierScorer(learnAll([attemptLesson(1, { outcome: 'gain' })]))
  expect(placeLesson(attemptLesson(2), known)).toEqual({ overturned: [1] })
  expect(placeLesson(attemptLesson(2, { outcome: 'gain' }), known)).toEqual({ overturned: [1] })
})
