import {
  type AttemptLesson,
  type Lesson,
  type LessonCounts,
  OUTCOME_NAMES,
  type Placement,
} from './lesson.ts'
import { renderCount } from './text.ts'

/** Lessons that are kept. */
const MAX_LESSONS = 200
const MAX_ATTEMPTS = 10
const MAX_ALSO = 9
const MAX_BEFORE = 3

/**
 * Takes a lesson among the known ones, the last learnt at the end: added to the one that says the same, in the place of those
 * that it proves wrong. Where there are too many, the one that was learnt longest ago goes; one that gained goes last.
 */
export function foldLesson(
  known: readonly Lesson[],
  lesson: AttemptLesson,
  { same, overturned = [] }: Placement,
): Lesson[] {
  const old = known.find(({ attempt }) => attempt === same)
  const wrong = known.filter(({ attempt }) => overturned.includes(attempt))
  const others = known.filter((other) => other !== old && !wrong.includes(other))
  const also = old === undefined ? [] : wordingsOf(old, lesson.tried)
  const learnt: Lesson = {
    ...lesson,
    ...(also.length === 0 ? {} : { also }),
    attempt: old?.attempt ?? lesson.attempt,
    attempts: [...(old?.attempts ?? []), lesson.attempt].slice(-MAX_ATTEMPTS),
    times: (old?.times ?? 0) + 1,
    before: [...(old?.before ?? []), ...wrong.map(describeWrong)].slice(-MAX_BEFORE),
  }
  return forget([...others, learnt])
}

/** Counts one lesson more. */
export function countLesson(counts: LessonCounts, { kind, outcome }: AttemptLesson): LessonCounts {
  return { ...counts, [kind]: { ...counts[kind], [outcome]: (counts[kind]?.[outcome] ?? 0) + 1 } }
}

/** How a lesson was tried so far, each wording once, but for the one that it has now. */
function wordingsOf({ tried, also = [] }: Lesson, now: string): readonly string[] {
  return [...new Set([...also, tried])].filter((wording) => wording !== now).slice(-MAX_ALSO)
}

/** Their verdicts are another scorer's from now on. */
export function withEarlierScorer(known: readonly Lesson[]): Lesson[] {
  return known.map((lesson) => ({ ...lesson, ofEarlierScorer: true }))
}

function describeWrong({ outcome, attempts, times, tried }: Lesson): string {
  return `${OUTCOME_NAMES[outcome]} in ${renderCount(times, 'attempt')}, ${attempts.at(-1)} the last: ${tried}`
}

function forget(lessons: Lesson[]): Lesson[] {
  if (lessons.length <= MAX_LESSONS) return lessons
  const useless = lessons.slice(0, -1).findIndex(({ outcome }) => outcome !== 'gain')
  return lessons.toSpliced(Math.max(0, useless), 1)
}
