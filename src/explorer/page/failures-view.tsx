import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type { AttemptRow, RunView } from '../run-view.ts'
import { Empty } from './empty.tsx'
import { renderCount, renderShare, renderUsd } from './format.ts'
import { Glyph, OUTCOME_LABELS } from './glyph.tsx'
import { renderRoute } from './route.ts'

/** Attempts that failed for the same reason, figures and names aside. */
interface Group {
  readonly reason: string
  readonly rows: AttemptRow[]
}

/** Attempts of one outcome and kind of failure. */
interface Kind {
  readonly outcome: AttemptRow['outcome']
  readonly failure: string
  readonly rows: AttemptRow[]
  readonly groups: readonly Group[]
}

/** Of a group: all others are in the list of attempts. */
const SHOWN = 12
const GROUPS = 8

/** The attempts that failed, grouped by why. */
export function FailuresView({ view }: { readonly view: RunView }): JSX.Element {
  const kinds = useMemo(() => groupFailures(view.attempts), [view.attempts])
  const failed = kinds.reduce((sum, { rows }) => sum + rows.length, 0)
  if (failed === 0)
    return (
      <Empty title="No attempt has failed.">
        {view.attempts.length === 0 ? 'There is none yet.' : 'Every one that has ended became a version.'}
      </Empty>
    )
  const ended = view.attempts.filter(({ outcome }) => outcome !== 'open').length
  return (
    <div class="failures">
      <p class="lead">
        {failed.toLocaleString('en-US')} of {renderCount(ended, 'attempt')} brought no version; they cost{' '}
        {renderUsd(kinds.flatMap(({ rows }) => rows).reduce((sum, { ownCostUsd }) => sum + ownCostUsd, 0))}.
      </p>
      {kinds.map((kind) => (
        <KindPart key={`${kind.outcome}${kind.failure}`} kind={kind} failed={failed} run={view.id} />
      ))}
    </div>
  )
}

function KindPart({
  kind,
  failed,
  run,
}: {
  readonly kind: Kind
  readonly failed: number
  readonly run: string
}): JSX.Element {
  const { outcome, failure, rows, groups } = kind
  return (
    <section class="part">
      <h2>
        <Glyph outcome={outcome} /> {OUTCOME_LABELS[outcome]}
        {failure !== OUTCOME_LABELS[outcome] && `: ${failure}`}{' '}
        <span class="quiet">
          {rows.length.toLocaleString('en-US')} ({renderShare(rows.length / failed)})
        </span>
      </h2>
      <ul class="groups">
        {groups.slice(0, GROUPS).map((group) => (
          <li key={group.reason}>
            <span class="count">{group.rows.length.toLocaleString('en-US')}×</span>
            <div>
              <p>{group.rows.at(-1)?.reason}</p>
              <p class="quiet">
                {group.rows
                  .slice(-SHOWN)
                  .toReversed()
                  .map(({ number, title }) => (
                    <>
                      <a href={renderRoute({ run, page: 'attempts', rest: [String(number)] })} title={title}>
                        {number}
                      </a>{' '}
                    </>
                  ))}
                {group.rows.length > SHOWN &&
                  `and ${(group.rows.length - SHOWN).toLocaleString('en-US')} more`}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {groups.length > GROUPS && (
        <p class="quiet">
          and {(groups.length - GROUPS).toLocaleString('en-US')} other reasons:{' '}
          <a href={renderRoute({ run, page: 'attempts', query: new Map([['outcome', outcome]]) })}>
            show these attempts
          </a>
        </p>
      )}
    </section>
  )
}

/** A kind while its attempts are gathered. */
interface Found {
  readonly kind: Omit<Kind, 'groups'>
  readonly groups: Map<string, Group>
}

/** Kinds with most attempts first, and in each the reasons that came most often. */
export function groupFailures(attempts: readonly AttemptRow[]): readonly Kind[] {
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
    const reason = withoutFigures(row.reason)
    const group: Group = known.groups.get(reason) ?? { reason, rows: [] }
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

/** A reason without what differs from one attempt to the next: numbers, and what is quoted. */
function withoutFigures(reason: string): string {
  return reason
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
    .replace(/[+-]?\d[\d.,]*(e[+-]?\d+)?%?/gi, '#')
    .slice(0, 100)
}
