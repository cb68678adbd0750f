import type { RunState } from '../journal.ts'
import { openIntervention } from '../state/redirection.ts'
import { spentBy, spentSince } from '../state/spent.ts'
import { renderCount, renderDuration, renderUsd } from '../text.ts'
import { renderAttempts, type Sign, type SupervisorSettings } from './sign.ts'

const HOUR_MS = 3_600_000

/** Too much was put in since the last version, or since the supervisor last stepped in. */
export function findStall(state: RunState, freshAttempts: number, settings: SupervisorSettings): Sign | null {
  const { maxFailedAttempts, stallEvaluations, stallCostUsd, stallHours } = settings
  if (Math.min(state.failedAttempts, freshAttempts) >= maxFailedAttempts)
    return {
      kind: 'failing',
      message: `${renderCount(state.failedAttempts, 'attempt')} in a row brought no version`,
    }
  // Nothing is redirected before it has had a chance.
  if (freshAttempts === 0) return null

  const { evaluations, costUsd, activeMs, waitedMs } = spentSince(spentBy(state), state.quietSince)
  const workedMs = activeMs - waitedMs
  if (stallEvaluations !== undefined && evaluations >= stallEvaluations)
    return costly(`${renderCount(evaluations, 'run')} of the scorer`)
  if (stallCostUsd !== undefined && costUsd >= stallCostUsd) return costly(renderUsd(costUsd))
  if (stallHours !== undefined && workedMs >= stallHours * HOUR_MS) return costly(renderDuration(workedMs))
  return null
}

function costly(spent: string): Sign {
  return { kind: 'costly', message: `${spent} brought no version` }
}

/** The supervisor's last directions have all had their turn, and none brought a version. */
export function findInVain(state: RunState): Sign | null {
  const numbers = openIntervention(state)?.directions.map(({ number }) => number) ?? []
  const attempts = state.ledger
    .slice(state.segmentStart)
    .filter(({ direction }) => numbers.includes(direction?.number ?? 0))
  if (attempts.length === 0) return null
  return {
    kind: 'directions-failed',
    message: `${renderCount(numbers.length, 'direction')} brought no version in ${renderAttempts(attempts.map(({ number }) => number))}`,
  }
}
