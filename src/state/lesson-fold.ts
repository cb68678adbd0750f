import {
  type AttemptLesson,
  type Lesson,
  type LessonResult,
  type LessonTallies,
  nameOutcome,
  type Placement,
} from '../lesson.ts'
import { multiplyGains, type Version } from '../lineage.ts'
import { oneLine, renderCount } from '../text.ts'

/** Lessons that are kept. */
const MAX_LESSONS = 200
const MAX_ATTEMPTS = 10
const MAX_BEFORE = 3
const MAX_ALSO = 9
const ALSO_CHARACTERS = 200

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
  const also = [...(old?.also ?? []), ...(old && old.tried !== lesson.tried ? [describeSame(old)] : [])]
  const learnt: Lesson = {
    ...lesson,
    ...(also.length > 0 && { also: [...new Set(also)].slice(-MAX_ALSO) }),
    attempt: old?.attempt ?? lesson.attempt,
    attempts: [...(old?.attempts ?? []), lesson.attempt].slice(-MAX_ATTEMPTS),
    times: (old?.times ?? 0) + 1,
    before: [...(old?.before ?? []), ...wrong.map(describeWrong)].slice(-MAX_BEFORE),
  }
  return forget([...others, learnt])
}

/** What came of a lesson's attempt, with the gain of the version that it became, if any. */
export function resultOf(
  { kind, outcome, attempt }: AttemptLesson,
  versions: readonly Pick<Version, 'attempt' | 'gain'>[],
): LessonResult {
  return { kind, outcome, gain: versions.find((version) => version.attempt === attempt)?.gain ?? 0 }
}

/** Counts one result more. */
export function addResult(tallies: LessonTallies, { kind, outcome, gain }: LessonResult): LessonTallies {
  const tally = tallies[kind] ?? { outcomes: {}, gain: 0 }
  return {
    ...tallies,
    [kind]: {
      outcomes: { ...tally.outcomes, [outcome]: (tally.outcomes[outcome] ?? 0) + 1 },
      gain: multiplyGains([tally, { gain }]),
    },
  }
}

/** Their verdicts, or those of the one that an attempt taught, are another scorer's. */
export function withEarlierScorer(known: readonly Lesson[], attempt?: number): Lesson[] {
  return known.map((lesson) =>
    attempt === undefined || lesson.attempts.includes(attempt)
      ? { ...lesson, ofEarlierScorer: true }
      : lesson,
  )
}

/** With other figures or in other words: which they were is worth knowing. */
function describeSame({ tried, happened }: Lesson): string {
  return oneLine(`${tried}: ${happened}`, ALSO_CHARACTERS)
}

function describeWrong(lesson: Lesson): string {
  const { attempts, times, tried } = lesson
  return `${nameOutcome(lesson)} in ${renderCount(times, 'attempt')}, ${attempts.at(-1)} the last: ${tried}`
}

function forget(lessons: Lesson[]): Lesson[] {
  if (lessons.length <= MAX_LESSONS) return lessons
  const useless = lessons.slice(0, -1).findIndex(({ outcome }) => outcome !== 'gain')
  return lessons.toSpliced(Math.max(0, useless), 1)
}
