import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import type { RunStatus, RunView } from '../run-view.ts'
import { Part } from './attempt-pane.tsx'
import { amountAxis, bottomAxis } from './axes.ts'
import { renderDuration, renderMoment, renderNumber, renderShare, renderTokens, renderUsd } from './format.ts'
import { Meter } from './meter.tsx'
import { Plot } from './plot.tsx'
import { ScrollBox } from './scroll-box.tsx'
import { colour } from './theme.ts'

/** What was used up, how long the limits last, and where it went. */
export function BudgetView({ view }: { readonly view: RunView }): JSX.Element {
  const { status } = view
  return (
    <div class="budget">
      {status.caps.length === 0 ? <p class="lead">No limit is set.</p> : <Caps status={status} />}
      <Burnt view={view} />
      <Tokens usage={status.usage} />
      <Split view={view} />
    </div>
  )
}

const renderHours = (hours: number): string => `${renderNumber(Number(hours.toPrecision(3)))} h`

/** Beside costs that leave them out. */
const UNPRICED = ' and calls of unknown price'

/** Limits by their keys in avo.yaml. */
const CAPS: Readonly<
  Record<string, { readonly label: string; readonly render: (amount: number) => string }>
> = {
  max_versions: { label: 'accepted versions', render: renderNumber },
  max_attempts: { label: 'attempts', render: renderNumber },
  max_wall_time_hours: { label: 'running time', render: renderHours },
  max_cost_usd: { label: 'cost', render: renderUsd },
  max_tokens: { label: 'tokens', render: renderTokens },
  max_evaluations: { label: 'runs of the scorer', render: renderNumber },
}

function Caps({ status }: { readonly status: RunStatus }): JSX.Element {
  const isRunning = status.phase === 'running'
  return (
    <Part title="Limits, the first to be reached first">
      <ScrollBox label="Limits">
        <table class="plain caps limits">
          <tbody>
            {status.caps.map(({ key, used, limit, leftMs }, index) => {
              const share = used / limit
              const { label, render } = CAPS[key] ?? { label: key, render: renderNumber }
              const isUp = used >= limit
              return (
                <tr key={key}>
                  <th scope="row">{label}</th>
                  <td class="meter-cell">
                    <Meter share={share} label={label} />
                  </td>
                  <td class="number">
                    {render(used)}
                    {key === 'max_cost_usd' && status.unpricedCalls > 0 && UNPRICED} of {render(limit)}
                  </td>
                  <td class="number">{renderShare(share)}</td>
                  <td class="quiet">
                    {isUp
                      ? 'reached'
                      : leftMs === null
                        ? ''
                        : `lasts ${renderDuration(leftMs)} at the rate so far${isRunning && index === 0 ? `, about ${renderMoment(status.asOfMs + leftMs)}` : ''}`}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </ScrollBox>
    </Part>
  )
}

const CHARTS = [
  { title: 'Cost', field: 'costUsd', render: renderUsd },
  { title: 'Tokens', field: 'tokens', render: renderTokens },
  { title: 'Runs of the scorer', field: 'evaluations', render: renderNumber },
  { title: 'Running time', field: 'activeMs', render: renderDuration },
] as const

/** What the run had used up at the end of each attempt. */
function Burnt({ view }: { readonly view: RunView }): JSX.Element | null {
  const rows = view.attempts
  if (rows.length < 2) return null
  const hasUnpriced = view.status.unpricedCalls > 0
  const charts = CHARTS.filter(({ field }) => (rows.at(-1)?.[field] ?? 0) > 0)
  return (
    <div class="multiples">
      {charts.map((chart) => (
        <section class="multiple" key={chart.field} aria-label={chart.title}>
          <h2>{chart.title}</h2>
          <p class="quiet">
            {chart.render(rows.at(-1)?.[chart.field] ?? 0)}
            {chart.field === 'costUsd' && hasUnpriced && UNPRICED} so far
          </p>
          <BurntChart rows={rows} run={view.id} {...chart} />
        </section>
      ))}
    </div>
  )
}

function BurntChart(
  props: (typeof CHARTS)[number] & { readonly rows: RunView['attempts']; readonly run: string },
): JSX.Element {
  const { rows, field, render, title, run } = props
  const data = useMemo(
    (): uPlot.AlignedData => [rows.map(({ number }) => number), rows.map((row) => row[field])],
    [rows, field],
  )
  return (
    <Plot
      shape={`${run}/${field}`}
      height={130}
      data={data}
      label={`${title} over attempts`}
      options={() => ({
        legend: { show: false },
        scales: { x: { time: false }, y: { range: (_chart, _min, max) => [0, max * 1.05 || 1] } },
        axes: [bottomAxis('attempt'), amountAxis(field === 'activeMs', render)],
        padding: [8, 8, 0, 0],
        cursor: { points: { show: false }, y: false, drag: { x: true, y: false }, sync: { key: 'burnt' } },
        series: [{}, { stroke: colour('best'), width: 1.5, fill: colour('band'), points: { show: false } }],
      })}
    />
  )
}

/** Where tokens went: what was cached costs a tenth or so. */
function Tokens({ usage }: Pick<RunStatus, 'usage'>): JSX.Element | null {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage
  const parts = [
    ['input from the cache', cacheReadTokens, 'line-3'],
    ['input written to the cache', cacheWriteTokens, 'line-4'],
    ['other input', inputTokens, 'line-1'],
    ['output', outputTokens, 'line-2'],
  ] as const
  const total = parts.reduce((sum, [, tokens]) => sum + tokens, 0)
  if (total === 0) return null
  return (
    <Part title="Tokens">
      <svg class="share" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true">
        {parts.map(([name, tokens, line], index) => {
          const before = parts.slice(0, index).reduce((sum, [, one]) => sum + one, 0)
          return (
            <rect
              key={name}
              x={(100 * before) / total}
              y="0"
              width={(100 * tokens) / total}
              height="3"
              fill={`var(--${line})`}
            />
          )
        })}
      </svg>
      <ul class="legend">
        {parts.map(([name, tokens, line]) => (
          <li key={name}>
            <svg width="10" height="10" aria-hidden="true">
              <rect width="10" height="10" fill={`var(--${line})`} />
            </svg>{' '}
            {name} <b>{renderTokens(tokens)}</b> <span class="quiet">{renderShare(tokens / total)}</span>
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** What came of the money: attempts that became versions, and those that did not. */
function Split({ view }: { readonly view: RunView }): JSX.Element | null {
  const accepted = view.attempts.filter(({ outcome }) => outcome === 'accepted')
  if (accepted.length === 0) return null
  const { costUsd, unpricedCalls, tokens, activeMs, evaluations } = view.status
  const each = accepted.length
  return (
    <Part title="An accepted version took on average">
      <dl class="figures">
        {(
          [
            ['attempts', renderNumber(view.attempts.length / each)],
            ['cost', `${renderUsd(costUsd / each)}${unpricedCalls > 0 ? UNPRICED : ''}`],
            ['tokens', renderTokens(Math.round(tokens / each))],
            ['runs of the scorer', renderNumber(evaluations / each)],
            ['running time', renderDuration(activeMs / each)],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}
