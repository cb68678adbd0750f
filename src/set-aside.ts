import type { Indecisive } from './attempt.ts'
import { AvoError } from './errors.ts'
import type { Journal } from './journal.ts'

/** Times that the gate is asked about a solution that it can't decide on, and solutions in a row that may end so. */
const MAX_INDECISIVE = 3

/**
 * A solution that could not be measured stays open and is measured again; after some times it is set aside, which counts neither
 * for the agent nor against it. When that happens to one after the other, it is not the solutions: the run can't go on.
 *
 * @throws {AvoError} `scorer`
 */
export function setAside(journal: Journal, attempt: number, { reason }: Indecisive): void {
  const { state } = journal
  if ((state.attempt?.indecisive ?? 0) < MAX_INDECISIVE) return
  journal.record({ type: 'candidate.set-aside', attempt, reason })
  const last = state.ledger.slice(-MAX_INDECISIVE)
  if (last.length < MAX_INDECISIVE || last.some(({ outcome }) => outcome !== 'indecisive')) return
  throw new AvoError(
    'scorer',
    `${MAX_INDECISIVE} solutions in a row could not be measured: ${reason}`,
    'Find out with `avo eval` why the best version fails, then run again: it goes on.',
  )
}
