import type { JSX } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { gainOver, valueIn } from '../../score.ts'
import type { RunView } from '../run-view.ts'
import { bottomAxis, leftAxis } from './axes.ts'
import { toConfigurationPoints } from './configuration-points.ts'
import { drawLine } from './draw-scores.ts'
import { Empty } from './empty.tsx'
import { renderNumber, renderPercent, renderSize } from './format.ts'
import { drawShape, FILLED } from './glyph.tsx'
import { Plot } from './plot.tsx'
import { route, setQuery } from './route.ts'
import { shownAttempts } from './store.ts'
import { Switch } from './switch.tsx'
import { colour } from './theme.ts'

const HEIGHT = 170

/** One small chart for each configuration, all over the same attempts: where it gains, and what it loses. */
export function ConfigurationsView({ view }: { readonly view: RunView }): JSX.Element {
  const { configurations, otherScorerUpTo } = view.facts
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
          {otherScorerUpTo > 0 &&
            ` Attempts up to ${otherScorerUpTo.toLocaleString('en-US')} were measured by another scorer: they are left out.`}
        </p>
        <span class="grow" />
        <Switch label="log" isOn={isLog} onToggle={() => setQuery({ y: isLog ? '' : 'log' })} />
      </div>
      <div class="multiples">
        {configurations.map((name) => (
          <Multiple key={name} view={view} name={name} isLog={isLog} />
        ))}
      </div>
    </div>
  )
}

function Multiple(props: {
  readonly view: RunView
  readonly name: string
  readonly isLog: boolean
}): JSX.Element {
  const { view, name, isLog } = props
  const rows = shownAttempts.value
  const { data, start } = useMemo(
    () => toConfigurationPoints(view, rows, name),
    [view.attempts, view.versions, rows, name],
  )
  const shownStart = useRef(start)
  shownStart.current = start
  const [seed, best] = [view.versions[0], view.versions.at(-1)].map((version) =>
    version === undefined ? null : valueIn(version.scores, name),
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
                if (seed != null) drawLine(chart, seed, 'seed', shownStart.current)
                if (bound !== null) drawLine(chart, bound, 'bound', shownStart.current)
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
