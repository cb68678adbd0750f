import type { AttemptLesson, Lesson, LessonTallies } from '../../src/lesson.ts'
import { placeLesson } from '../../src/lessons/place-lesson.ts'
import { addResult, foldLesson, resultOf } from '../../src/state/lesson-fold.ts'
import type { RunFold } from '../../src/state/run-start.ts'

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

/** What a run has counted after these lessons, with what the versions that they became have gained. */
export function countAll(
  lessons: readonly AttemptLesson[],
  versions: Parameters<typeof resultOf>[1],
): Pick<RunFold, 'lessonTallies' | 'lessonResults'> {
  const lessonResults = lessons.map((lesson) => resultOf(lesson, versions))
  return { lessonResults, lessonTallies: lessonResults.reduce<LessonTallies>(addResult, {}) }
}

/** What a run knows after these lessons, in their order. */
export function learnAll(lessons: readonly AttemptLesson[]): readonly Lesson[] {
  return lessons.reduce<readonly Lesson[]>(
    (known, lesson) => foldLesson(known, lesson, placeLesson(lesson, known)),
    [],
  )
}
