import type { AttemptRecord } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import { REPETITIONS, renderAttempts, type Sign } from './sign.ts'

/** Evaluations of what is known already that are too many for one attempt. */
const IDLE_EVALUATIONS = 2

/** The last attempts changed the solution and never measured it, or measured it again and again and never changed it. */
export function findHabit(state: RunState, window: readonly AttemptRecord[]): Sign | null {
  const last = window.slice(-REPETITIONS)
  if (last.length < REPETITIONS || last.some(({ outcome }) => outcome === 'accepted')) return null
  const attempts = renderAttempts(last.map(({ number }) => number))
  if (last.every(({ edits = 0, evaluations }) => edits > 0 && evaluations === 0))
    return { kind: 'unevaluated', message: `${attempts} changed the solution and never evaluated it` }
  if (last.every((record) => isIdle(state, record)))
    return { kind: 'unedited', message: `${attempts} evaluated the solution and never changed it` }
  return null
}

/** Where files came to be evaluated that were not known, they were changed by a command, if by no tool that edits. */
function isIdle(state: RunState, { number, edits, evaluations = 0 }: AttemptRecord): boolean {
  if (edits !== 0 || evaluations < IDLE_EVALUATIONS) return false
  const known = new Set(state.versions.map(({ tree }) => tree))
  for (const { attempt, tree } of state.evaluated) {
    if (attempt === number && !known.has(tree)) return false
    known.add(tree)
  }
  return true
}
