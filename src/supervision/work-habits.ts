import type { AttemptRecord } from '../attempt.ts'
import { REPETITIONS, renderAttempts, type Sign } from './sign.ts'

/** Evaluations of what is known already that are too many for one attempt. */
const IDLE_EVALUATIONS = 2

/** The last attempts changed the solution and never measured it, or measured it again and again and never changed it. */
export function findHabit(window: readonly AttemptRecord[]): Sign | null {
  const last = window.slice(-REPETITIONS)
  if (last.length < REPETITIONS || last.some(({ outcome }) => outcome === 'accepted')) return null
  const attempts = renderAttempts(last.map(({ number }) => number))
  if (last.every(({ edits = 0, evaluations }) => edits > 0 && evaluations === 0))
    return { kind: 'unevaluated', message: `${attempts} changed the solution and never evaluated it` }
  if (last.every(({ edits, evaluations = 0 }) => edits === 0 && evaluations >= IDLE_EVALUATIONS))
    return { kind: 'unedited', message: `${attempts} evaluated the solution and never changed it` }
  return null
}
