import { type AttemptLesson, LESSON_OUTCOMES, type Lesson, type Placement } from '../lesson.ts'
import { isSameIdea, likeness } from './likeness.ts'

/**
 * Where a lesson belongs: to the known one of the same kind and outcome that is most like it, if it is about the same idea, and
 * in the place of those about that idea with an outcome that tells less. A gain says that "no gain" was not the last word; a
 * later "no gain" takes nothing back, because what gained is part of the version that it was tried on. What an earlier scorer
 * said is replaced by whatever the present one says, and never added to. What was tried on an earlier version is an idea of its own: there it may
 * have gained what the verdict, against the best version, does not show.
 */
export function placeLesson(lesson: AttemptLesson, known: readonly Lesson[]): Placement {
  const akin = known
    .filter(({ kind, base }) => kind === lesson.kind && base === lesson.base)
    .filter(({ tried }) => isSameIdea(tried, lesson.tried))
    .map((other) => ({ other, alike: likeness(other.tried, lesson.tried) }))
    .sort((a, b) => b.alike - a.alike)
    .map(({ other }) => other)
  const same = akin.find(
    ({ outcome, ofEarlierScorer }) => outcome === lesson.outcome && !ofEarlierScorer,
  )?.attempt
  const overturned = akin
    .filter((other) => rankOf(other) < rankOf(lesson) || other.ofEarlierScorer)
    .map(({ attempt }) => attempt)
    .filter((attempt) => attempt !== same)
  return {
    ...(same === undefined ? {} : { same }),
    ...(overturned.length === 0 ? {} : { overturned }),
  }
}

function rankOf({ outcome }: AttemptLesson): number {
  return LESSON_OUTCOMES.indexOf(outcome)
}
