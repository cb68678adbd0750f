import type { Usage } from '../events.ts'
import type { Journal } from '../journal.ts'
import type { AttemptLesson } from '../lesson.ts'
import type { Direction } from '../score.ts'
import { toLesson, toWitness, type Witness } from './lesson-of-record.ts'
import { placeLesson } from './place-lesson.ts'

/** A lesson, and what it cost to put it into words; nothing where it is from the record alone. */
export interface WordedLesson {
  readonly lesson: AttemptLesson
  readonly usage?: Usage
  readonly costUsd?: number | null
}

/** Puts a lesson into better words than the record's, or gives it back as it is. */
export type Wording = (lesson: AttemptLesson, witness: Witness, signal: AbortSignal) => Promise<WordedLesson>

/** Attempts that a run catches up on whose journal is older than its lessons. */
const MAX_CAUGHT_UP = 100

/**
 * Takes a lesson from every attempt that was decided, says what it tried, and has none yet, in order: one usually, none after a stop in between that
 * had it recorded, several where the journal is older than lessons are. Only the last is put into words by a model.
 */
export function createLearning(options: {
  readonly journal: Journal
  readonly direction: Direction
  /** From the record alone where it is left out. */
  readonly word?: Wording
}): (signal: AbortSignal) => Promise<void> {
  const { journal, direction, word } = options
  const { state } = journal
  return async (signal) => {
    const known = state.ledger.findLastIndex(({ number }) => number <= state.learntUpTo)
    const untaught = state.ledger.slice(known + 1).filter(({ outcome }) => outcome !== 'indecisive')
    for (const record of untaught.slice(-MAX_CAUGHT_UP)) {
      const witness = toWitness(state, record)
      const plain = toLesson(witness, direction)
      if (plain === null) continue
      const isLast = record === untaught.at(-1)
      const worded = word === undefined || !isLast ? { lesson: plain } : await word(plain, witness, signal)
      journal.record({ type: 'lesson.learnt', ...worded, ...placeLesson(worded.lesson, state.lessons) })
    }
  }
}
