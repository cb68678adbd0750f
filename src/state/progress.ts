import type { Stall } from '../attempt.ts'
import type { RecordedEvent } from '../events.ts'

/** Whether an attempt gets anywhere: a fold over its events, so that a restart changes nothing about it. */
export interface Progress {
  /** What its calls have done or shown, since the agent last forgot it. */
  readonly seen: readonly string[]
  /** Turns in a row, the present one left out, that brought nothing new and that left the solution as it was. */
  readonly repeating: number
  readonly unchanged: number
  /** What the calls of the present turn came to; null before the first has returned. */
  readonly turn: { readonly isNew: boolean; readonly hasChanged: boolean } | null
}

/** An attempt that stands still. */
export interface Standstill {
  readonly stall: Stall
  /** So many turns in a row. */
  readonly turns: number
  /** Whether the agent was told often enough, so that the attempt is over. */
  readonly isOver: boolean
}

/** How often, in turns, the agent is told, and after how many the attempt is over. */
const LIMITS: Readonly<Record<Stall, { readonly tellEvery: number; readonly over: number }>> = {
  silent: { tellEvery: 1, over: 3 },
  repeating: { tellEvery: 2, over: 8 },
  unchanged: { tellEvery: 15, over: 45 },
}

/** The progress of an attempt that begins. */
export const NO_PROGRESS: Progress = { seen: [], repeating: 0, unchanged: 0, turn: null }

/** Folds an event of an attempt into its progress. */
export function foldProgress(progress: Progress, event: RecordedEvent): Progress {
  switch (event.type) {
    case 'model.replied':
      return { seen: progress.seen, ...countTurns(progress), turn: null }
    case 'tool.returned': {
      const { seen, turn } = progress
      // Journals of before say nothing of effects.
      const { effect = null, changed = false } = event
      const isNew = effect === null || (effect !== '' && !seen.includes(effect))
      return {
        ...progress,
        seen: isNew && effect !== null ? [...seen, effect] : seen,
        turn: { isNew: isNew || turn?.isNew === true, hasChanged: changed || turn?.hasChanged === true },
      }
    }
    case 'conversation.compacted':
      // The agent has forgotten what its calls have shown: it may make them again.
      return { ...progress, seen: [] }
    default:
      return progress
  }
}

/**
 * How an attempt stands still where the agent must hear of it in this turn, or null. A turn repeats where every call in it was
 * made before with the same effect: the same call again and again, an edit that is made and taken back, the same files
 * evaluated, an edit that changes nothing.
 */
export function findStandstill(silentReplies: number, progress: Progress): Standstill | null {
  const { repeating, unchanged } = countTurns(progress)
  if (silentReplies > 0) return toStandstill('silent', silentReplies)
  return toStandstill('repeating', repeating) ?? toStandstill('unchanged', unchanged)
}

/** The turns in a row, the present one included. One without a call neither counts nor interrupts. */
function countTurns({ repeating, unchanged, turn }: Progress): Pick<Progress, 'repeating' | 'unchanged'> {
  if (turn === null) return { repeating, unchanged }
  return {
    repeating: turn.isNew ? 0 : repeating + 1,
    unchanged: turn.hasChanged ? 0 : unchanged + 1,
  }
}

function toStandstill(stall: Stall, turns: number): Standstill | null {
  const { tellEvery, over } = LIMITS[stall]
  return turns === 0 || turns % tellEvery !== 0 ? null : { stall, turns, isOver: turns >= over }
}
