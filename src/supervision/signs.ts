import type { GateSettings } from '../gate/plan.ts'
import type { RunState } from '../journal.ts'
import type { Direction } from '../score.ts'
import { findHeadroom, findPlateau } from './plateau.ts'
import { findRepetition } from './repetition.ts'
import type { Sign, SupervisorSettings } from './sign.ts'
import { findInVain, findStall } from './stall.ts'
import { findHabit } from './work-habits.ts'

/** What signs are looked for by. */
export interface Watch {
  readonly settings: SupervisorSettings
  readonly direction: Direction
  /** Scores that no honest solution passes: one for all configurations, or by configuration. */
  readonly bound?: GateSettings['bound']
}

/** The first sign that the search needs a new direction, or null. Silent while the last directions are still being tried. */
export function findSign(state: RunState, watch: Watch): Sign | null {
  const { settings, direction, bound } = watch
  const exhausted = findHeadroom(state, bound, direction)
  if (exhausted !== null) return exhausted
  const { queue, inForce, interventions } = state.redirection
  if (queue.length > 0 || inForce !== null) return null

  // What another scorer judged shows nothing of how the search goes under this one.
  const fresh = state.ledger.slice(Math.max(state.segmentStart, interventions.at(-1)?.attempts ?? 0))
  const window = fresh.slice(-settings.cycleDetectionWindow)
  return (
    findStall(state, fresh.length, settings) ??
    findHabit(state, window) ??
    findRepetition(state, window) ??
    findInVain(state) ??
    findPlateau(state, settings.stallWindow, direction)
  )
}
