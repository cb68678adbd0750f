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
/** By which reasons are told apart. */
const KEY_CHARACTERS = 100
/** An apostrophe within a word quotes nothing. */
const QUOTED = /"[^"]*"|(?<!\w)'[^']*'(?!\w)|`[^`]*`/g

/** What reasons share that say the same of different attempts: their first line without figures, and without what is quoted. */
export function withoutDetails(reason: string): string {
  return firstLine(reason, REASON_CHARACTERS)
    .replace(QUOTED, '…')
    .replace(/[+-]?\d[\d.,]*(e[+-]?\d+)?%?/gi, '#')
    .slice(0, KEY_CHARACTERS)
}

/** The attempts that brought no version, by why; what happened most often first. Reasons that differ in their details are one. */
export function groupFailures(ledger: readonly AttemptRecord[]): readonly FailureGroup[] {
  const groups = Map.groupBy(
    ledger.filter(({ outcome }) => outcome !== 'accepted'),
    ({ outcome, reason }) => `${outcome} ${withoutDetails(reason)}`,
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
