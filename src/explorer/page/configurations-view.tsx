import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import uPlot from 'uplot'
import { gainOver } from '../../score.ts'
import type { AttemptRow, RunView } from '../run-view.ts'
import { bottomAxis, leftAxis } from './axes.ts'
import { drawLine } from './draw-scores.ts'
import { Empty } from './empty.tsx'
import { renderNumber, renderPercent, renderSize } from './format.ts'
import { drawShape, FILLED } from './glyph.tsx'
import { Plot } from './plot.tsx'
import { route, setQuery } from './route.ts'
import { shownAttempts } from './store.ts'
import { colour } from './theme.ts'

const HEIGHT = 170

/** One small chart for each configuration, all over the same attempts: where it gains, and what it loses. */
export function ConfigurationsView({ view }: { readonly view: RunView }): JSX.Element {
  const { configurations } = view.facts
  if (configurations.length === 0)
    return (
      <Empty title="There is no score yet.">
        The configurations are known once the seed has been measured.
      </Empty>
    )
  const isLog = route.value.query.get('y') === 'log'
  return (
    <div class="configurations">
      <div class="toolbar">
        <p class="lead">
          The score is the geometric mean over{' '}
          {configurations.length === 1 ? 'one configuration' : `${configurations.length} configurations`};{' '}
          {view.facts.direction === 'maximize' ? 'higher' : 'lower'} is better.
        </p>
        <span class="grow" />
        <label class="switch">
          <input type="checkbox" checked={isLog} onChange={() => setQuery({ y: isLog ? '' : 'log' })} /> log
        </label>
      </div>
      <div class="multiples">
        {configurations.map((name, index) => (
          <Multiple key={name} view={view} name={name} index={index} isLog={isLog} />
        ))}
      </div>
    </div>
  )
}

function Multiple(props: {
  readonly view: RunView
  readonly name: string
  readonly index: number
  readonly isLog: boolean
}): JSX.Element {
  const { view, name, index, isLog } = props
  const rows = shownAttempts.value
  const data = useMemo(() => toData(view, rows, index), [view.attempts, view.versions, rows, index])
  const [seed, best] = [view.versions[0], view.versions.at(-1)].map(
    (version) => version?.scores[index]?.value ?? null,
  )
  const sd = view.environment.calibration?.configurations.find(
    ({ configuration }) => configuration === name,
  )?.sd
  const bound = view.facts.bounds.find(({ configuration }) => configuration === name)?.bound ?? null
  return (
    <section class="multiple" aria-label={name}>
      <h2>{name}</h2>
      <p class="quiet">
        {best == null ? '' : renderNumber(best)}
        {seed != null &&
          best != null &&
          ` · ${renderPercent(gainOver(best, seed, view.facts.direction))} over the seed`}
        {sd !== undefined && ` · noise ${renderSize(sd)}`}
      </p>
      <Plot
        shape={`${view.id}/${name}/${isLog}`}
        height={HEIGHT}
        data={data}
        label={`${name}: score of every attempt, and of each version`}
        options={() => ({
          legend: { show: false },
          scales: { x: { time: false }, y: { distr: isLog ? 3 : 1 } },
          axes: [bottomAxis('attempt'), leftAxis(false, isLog)],
          padding: [8, 8, 0, 0],
          cursor: {
            points: { show: false },
            y: false,
            drag: { x: true, y: false },
            sync: { key: 'configurations' },
          },
          series: [
            {},
            HIDDEN,
            { ...stepped(), stroke: colour('best'), width: 1.5, points: { show: false } },
            HIDDEN,
          ],
          hooks: {
            draw: [
              (chart) => {
                if (seed != null) drawLine(chart, seed, 'seed')
                if (bound !== null) drawLine(chart, bound, 'bound')
                drawValues(chart, 1, 'rejected')
                drawValues(chart, 3, 'accepted')
              },
            ],
          },
        })}
      />
    </section>
  )
}

const HIDDEN: uPlot.Series = { paths: () => null, points: { show: false } }

function stepped(): Pick<uPlot.Series, 'paths'> {
  const paths = uPlot.paths.stepped?.({ align: 1 })
  return paths === undefined ? {} : { paths }
}

/** Over attempts: what those had that were not accepted, the newest version, those that were. */
function toData(view: RunView, shown: readonly AttemptRow[], index: number): uPlot.AlignedData {
  const visible = new Set(shown)
  const values = new Map(view.versions.map(({ number, scores }) => [number, scores[index]?.value ?? null]))
  let best = values.get(0) ?? null
  const [xs, others, running, accepted]: [number[], (number | null)[], (number | null)[], (number | null)[]] =
    [[], [], [], []]
  for (const row of view.attempts) {
    if (row.version !== null) best = values.get(row.version) ?? best
    const value = visible.has(row) ? (row.values[index] ?? null) : null
    xs.push(row.number)
    others.push(row.version === null ? value : null)
    running.push(best)
    accepted.push(row.version === null || !visible.has(row) ? null : (values.get(row.version) ?? null))
  }
  return [xs, others, running, accepted]
}

function drawValues(chart: uPlot, series: number, outcome: 'rejected' | 'accepted'): void {
  const { ctx, bbox } = chart
  const path = new Path2D()
  const values = chart.data[series] ?? []
  const radius = (values.length > 1_500 ? 1.6 : 2.6) * devicePixelRatio
  values.forEach((value, at) => {
    const x = chart.data[0][at]
    if (value == null || x === undefined) return
    drawShape(path, outcome, chart.valToPos(x, 'x', true), chart.valToPos(value, 'y', true), radius)
  })
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left - radius, bbox.top - radius, bbox.width + 2 * radius, bbox.height + 2 * radius)
  ctx.clip()
  ctx.lineWidth = devicePixelRatio
  ctx.strokeStyle = ctx.fillStyle = colour(outcome)
  if (FILLED.has(outcome)) ctx.fill(path)
  else {
    ctx.globalAlpha = values.length > 1_500 ? 0.5 : 1
    ctx.stroke(path)
  }
  ctx.restore()
}
