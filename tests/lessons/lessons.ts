import type { AttemptLesson, Lesson, LessonTallies } from '../../src/lesson.ts'
import { placeLesson } from '../../src/lessons/place-lesson.ts'
import { foldLesson, tallyLesson } from '../../src/state/lesson-fold.ts'

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

/** What came of them by kind, with what the versions that they became have gained. */
export function tallyAll(
  lessons: readonly AttemptLesson[],
  versions: Parameters<typeof tallyLesson>[2],
): LessonTallies {
  return lessons.reduce<LessonTallies>((tallies, lesson) => tallyLesson(tallies, lesson, versions), {})
}

/** What a run knows after these lessons, in their order. */
export function learnAll(lessons: readonly AttemptLesson[]): readonly Lesson[] {
  return lessons.reduce<readonly Lesson[]>(
    (known, lesson) => foldLesson(known, lesson, placeLesson(lesson, known)),
    [],
  )
}
