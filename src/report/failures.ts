import type { AttemptRecord } from '../attempt.ts'
import { firstLine } from '../text.ts'

/** Attempts that failed in one way. */
export interface FailureGroup {
  readonly outcome: Exclude<AttemptRecord['outcome'], 'accepted'>
  /** Why the last of them failed. */
  readonly reason: string
  /** Their numbers, oldest first. */
  readonly attempts: readonly number[]
}

const REASON_CHARACTERS = 300

/** The attempts that brought no version, by why; what happened most often first. Reasons that differ in their figures are one. */
export function groupFailures(ledger: readonly AttemptRecord[]): readonly FailureGroup[] {
  const groups = Map.groupBy(
    ledger.filter(({ outcome }) => outcome !== 'accepted'),
    ({ outcome, reason }) =>
      `${outcome} ${firstLine(reason, REASON_CHARACTERS).replace(/[-+]?[\d.,]+%?/g, '#')}`,
  )
  return [...groups.values()]
    .flatMap((records): readonly FailureGroup[] => {
      const last = records.at(-1)
      if (last === undefined || last.outcome === 'accepted') return []
      const reason = firstLine(last.reason, REASON_CHARACTERS)
      return [{ outcome: last.outcome, reason, attempts: records.map(({ number }) => number) }]
    })
    .toSorted((a, b) => b.attempts.length - a.attempts.length)
}
