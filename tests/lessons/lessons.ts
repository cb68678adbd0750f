import type { AttemptLesson, Lesson, LessonCounts } from '../../src/lesson.ts'
import { countLesson, foldLesson } from '../../src/lesson-fold.ts'
import { placeLesson } from '../../src/lessons/place-lesson.ts'

/** A lesson; each test names what matters to it. */
export function attemptLesson(attempt: number, changes: Partial<AttemptLesson> = {}): AttemptLesson {
  return {
    attempt,
    kind: 'constants',
    outcome: 'no-gain',
    tried: `raise the block size to ${2 ** attempt}`,
    happened: `-${attempt}.0% against v0`,
    why: 'the cache is full',
    unless: 'On a larger cache.',
    ...changes,
  }
}

/** How many of each kind and outcome there were. */
export function countAll(lessons: readonly AttemptLesson[]): LessonCounts {
  return lessons.reduce<LessonCounts>(countLesson, {})
}

/** What a run knows after these lessons, in their order. */
export function learnAll(lessons: readonly AttemptLesson[]): readonly Lesson[] {
  return lessons.reduce<readonly Lesson[]>(
    (known, lesson) => foldLesson(known, lesson, placeLesson(lesson, known)),
    [],
  )
}
