import { withoutDetails } from '../../report/failures.ts'
import type { AttemptRow } from '../run-view.ts'

/** Attempts that failed for the same reason, figures and names aside. */
export interface FailureGroup {
  readonly reason: string
  readonly rows: AttemptRow[]
}

/** Attempts of one outcome and kind of failure. */
export interface FailureKind {
  readonly outcome: AttemptRow['outcome']
  readonly failure: string
  readonly rows: AttemptRow[]
  readonly groups: readonly FailureGroup[]
}

/** A kind while its attempts are gathered. */
interface Found {
  readonly kind: Omit<FailureKind, 'groups'>
  readonly groups: Map<string, FailureGroup>
}

/** Kinds with most attempts first, and in each the reasons that came most often. */
export function groupFailures(attempts: readonly AttemptRow[]): readonly FailureKind[] {
  const kinds = new Map<string, Found>()
  for (const row of attempts) {
    if (row.outcome === 'open' || row.outcome === 'accepted') continue
    const failure = row.failure ?? row.outcome
    const key = `${row.outcome} ${failure}`
    const known: Found = kinds.get(key) ?? {
      kind: { outcome: row.outcome, failure, rows: [] },
      groups: new Map(),
    }
    kinds.set(key, known)
    known.kind.rows.push(row)
    const reason = withoutDetails(row.reason)
    const group: FailureGroup = known.groups.get(reason) ?? { reason, rows: [] }
    known.groups.set(reason, group)
    group.rows.push(row)
  }
  return [...kinds.values()]
    .map(({ kind, groups }) => ({
      ...kind,
      groups: [...groups.values()].toSorted((a, b) => b.rows.length - a.rows.length),
    }))
    .toSorted((a, b) => b.rows.length - a.rows.length)
}
