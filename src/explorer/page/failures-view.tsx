import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type { RunView } from '../run-view.ts'
import { Empty } from './empty.tsx'
import { type FailureKind, groupFailures } from './failure-groups.ts'
import { renderCost, renderCount, renderShare } from './format.ts'
import { Glyph, OUTCOME_LABELS } from './glyph.tsx'
import { renderRoute } from './route.ts'

/** Of a group: all others are in the list of attempts. */
const SHOWN = 12
const GROUPS = 8

/** The attempts that failed, grouped by why. */
export function FailuresView({ view }: { readonly view: RunView }): JSX.Element {
  const kinds = useMemo(() => groupFailures(view.attempts), [view.attempts])
  const rows = kinds.flatMap((kind) => kind.rows)
  const failed = rows.length
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
        {renderCost(
          rows.reduce((sum, { ownCostUsd }) => sum + ownCostUsd, 0),
          rows.reduce((sum, { ownUnpricedCalls }) => sum + ownUnpricedCalls, 0),
        )}
        .
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
  readonly kind: FailureKind
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
