import type { JSX } from 'preact'
import type uPlot from 'uplot'
import type { AttemptRow } from '../run-view.ts'
import { renderGain, renderNumber } from './format.ts'
import { Glyph, OUTCOME_LABELS } from './glyph.tsx'

const WIDTH = 260

/** What the point under the pointer is. */
export function AttemptTip(props: {
  readonly row: AttemptRow
  readonly left: number
  readonly top: number
  readonly chart: uPlot
}): JSX.Element {
  const { row, chart } = props
  const { offsetLeft, offsetTop, clientWidth } = chart.over
  const isRight = props.left > clientWidth - WIDTH - 20
  const left = offsetLeft + props.left + (isRight ? -WIDTH - 14 : 14)
  return (
    <div
      class="tip"
      style={{ left: `${left}px`, top: `${offsetTop + Math.max(0, props.top - 30)}px`, width: `${WIDTH}px` }}
    >
      <div>
        <Glyph outcome={row.outcome} /> <b>Attempt {row.number}</b>{' '}
        {row.version === null ? OUTCOME_LABELS[row.outcome] : `became v${row.version}`}
      </div>
      {row.title !== '' && <div class="tip-title">{row.title}</div>}
      {row.score !== null && (
        <div>
          {renderNumber(row.score)}
          {row.scoredBy === 'agent' && ' (as the agent measured it)'}
          {row.gain !== null && ` · ${renderGain(row.gain, intervalOf(row))}`}
        </div>
      )}
      {row.version === null && row.reason !== '' && <div class="quiet">{row.reason}</div>}
    </div>
  )
}

export function intervalOf({
  low,
  high,
}: AttemptRow): { readonly low: number; readonly high: number } | null {
  return low === null || high === null ? null : { low, high }
}
