import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { AttemptRow, RunView } from '../run-view.ts'
import { Empty } from './empty.tsx'
import { renderCost, renderDuration, renderNumber, renderPercent, renderUsd } from './format.ts'
import { Glyph, OUTCOME_LABELS } from './glyph.tsx'
import { renderRoute, route, setQuery } from './route.ts'

const ROW_HEIGHT = 30
/** Rows above and below what is seen. */
const MARGIN = 12

/** The attempts that are shown, newest first. Only those in sight are in the document, however many there are. */
export function AttemptList(props: {
  readonly rows: readonly AttemptRow[]
  readonly chosen: number | null
  readonly view: RunView
}): JSX.Element {
  const { rows, chosen, view } = props
  const box = useRef<HTMLElement>(null)
  const [sight, setSight] = useState({ top: 0, height: 600 })
  const look = (): void => {
    const element = box.current
    if (element !== null) setSight({ top: element.scrollTop, height: element.clientHeight })
  }
  useEffect(() => {
    look()
    const observer = new ResizeObserver(look)
    if (box.current !== null) observer.observe(box.current)
    return () => observer.disconnect()
  }, [])
  const place = chosen === null ? -1 : rows.findIndex(({ number }) => number === chosen)
  const at = place === -1 ? -1 : rows.length - 1 - place
  useEffect(() => {
    const element = box.current
    if (element === null || at === -1) return
    const [top, bottom] = [at * ROW_HEIGHT, (at + 1) * ROW_HEIGHT]
    if (top < element.scrollTop) element.scrollTop = top
    else if (bottom > element.scrollTop + element.clientHeight)
      element.scrollTop = bottom - element.clientHeight
  }, [at])

  if (rows.length === 0)
    return (
      <Empty title="No attempt is like that.">
        <button type="button" onClick={() => setQuery({ q: '', outcome: '' })}>
          Show all {view.attempts.length.toLocaleString('en-US')}
        </button>
      </Empty>
    )
  const first = Math.max(0, Math.floor(sight.top / ROW_HEIGHT) - MARGIN)
  const last = Math.min(rows.length, Math.ceil((sight.top + sight.height) / ROW_HEIGHT) + MARGIN)
  const hasCost = view.status.costUsd > 0 || view.status.unpricedCalls > 0
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it with the arrow keys
    <section class="list" ref={box} onScroll={look} tabIndex={0} aria-label="Attempts">
      <table aria-rowcount={rows.length}>
        <thead>
          <tr>
            <th class="number" aria-label="attempt">
              #
            </th>
            <th>what it tried</th>
            <th class="number">gain</th>
            <th class="number">score</th>
            {hasCost && <th class="number wide-only">cost</th>}
            <th class="number wide-only">took</th>
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr style={{ height: `${first * ROW_HEIGHT}px` }} />}
          {Array.from({ length: last - first }, (_, index) => {
            const row = rows[rows.length - 1 - first - index]
            return row === undefined ? null : (
              <Row
                key={row.number}
                row={row}
                isChosen={row.number === chosen}
                run={view.id}
                hasCost={hasCost}
              />
            )
          })}
          {last < rows.length && <tr style={{ height: `${(rows.length - last) * ROW_HEIGHT}px` }} />}
        </tbody>
      </table>
    </section>
  )
}

function Row(props: {
  readonly row: AttemptRow
  readonly isChosen: boolean
  readonly run: string
  readonly hasCost: boolean
}): JSX.Element {
  const { row, isChosen, run } = props
  const { query } = route.value
  return (
    <tr class={isChosen ? 'chosen' : ''} aria-current={isChosen ? 'true' : undefined}>
      <td class="number">
        <a
          href={renderRoute({ run, page: 'attempts', rest: [String(row.number)], query })}
          aria-label={`Attempt ${row.number}`}
        >
          {row.number}
        </a>
      </td>
      <td class="what">
        <div>
          <Glyph outcome={row.outcome} />
          <span class="visually-hidden">{OUTCOME_LABELS[row.outcome]}</span>
          {row.version !== null && <b class="version">v{row.version}</b>}
          <span title={row.version === null ? row.reason : ''}>
            {row.title || (row.outcome === 'open' ? 'just begun' : row.reason)}
          </span>
        </div>
      </td>
      <td class="number">{row.gain === null ? '' : renderPercent(row.gain)}</td>
      <td
        class={`number ${row.scoredBy === 'gate' ? '' : row.outcome === 'incorrect' ? 'incorrect' : 'quiet'}`}
      >
        {row.score === null ? (row.failure ?? '') : renderNumber(row.score)}
      </td>
      {props.hasCost && (
        <td class="number wide-only" title={renderCost(row.ownCostUsd, row.ownUnpricedCalls)}>
          {renderUsd(row.ownCostUsd)}
          {row.ownUnpricedCalls > 0 && ' + ?'}
        </td>
      )}
      <td class="number wide-only">{row.ownMs === 0 ? '' : renderDuration(row.ownMs)}</td>
    </tr>
  )
}
