import uPlot from 'uplot'
import type { AttemptRow, RunView, VersionRow } from '../run-view.ts'
import { bottomAxis, leftAxis, type XAxis } from './axes.ts'
import { renderNumber } from './format.ts'
import { drawShape, FILLED } from './glyph.tsx'
import { colour } from './theme.ts'

/** How the chart of scores is drawn. */
export interface ScoreChartSettings {
  readonly axis: XAxis
  readonly isLog: boolean
  readonly showsNoise: boolean
  readonly showsIntervals: boolean
  readonly showsLines: boolean
}

/** The points of a chart: the seed, which is no attempt, then every attempt, each with its place on the bottom axis. */
export interface ScorePoints {
  readonly rows: readonly (AttemptRow | null)[]
  readonly xs: readonly number[]
  readonly data: uPlot.AlignedData
}

/** Two standard deviations: within it, two copies of one version differ nearly always. */
const BAND = 2
const RADIUS = 3.4
/** Above so many points, shapes are smaller and rejected ones fade. */
const DENSE = 1_500

export function xOf(row: AttemptRow, axis: XAxis): number | null {
  switch (axis) {
    case 'attempt':
      return row.number
    case 'time':
      return row.startedMs === null ? null : (row.endedMs ?? row.startedMs) / 1_000
    case 'running':
      return row.activeMs
    case 'evaluations':
      return row.evaluations
    case 'tokens':
      return row.tokens
    case 'cost':
      return row.costUsd
  }
}

type Scores = (number | null)[]

function xOfSeed(seed: VersionRow, axis: XAxis): number {
  switch (axis) {
    case 'attempt':
      return 0
    case 'time':
      return Date.parse(seed.committedAt) / 1_000
    case 'running':
      return seed.activeMs
    case 'evaluations':
      return seed.evaluations
    case 'tokens':
      return seed.tokens
    case 'cost':
      return seed.costUsd
  }
}

/** The series of a chart: scores (drawn by hand), the running best, and the noise around it. */
export function toScorePoints(
  view: RunView,
  shown: readonly AttemptRow[],
  settings: ScoreChartSettings,
): ScorePoints {
  const visible = new Set(shown)
  const sd = view.environment.calibration?.sd ?? 0
  const factor = Math.exp(BAND * Math.log1p(sd))
  const rows: (AttemptRow | null)[] = []
  const [xs, scores, best, high, low]: [number[], Scores, Scores, Scores, Scores] = [[], [], [], [], []]
  const add = (row: AttemptRow | null, x: number, score: number | null, running: number | null): void => {
    rows.push(row)
    xs.push(x)
    scores.push(score)
    best.push(running)
    high.push(settings.showsNoise && running !== null ? running * factor : null)
    low.push(settings.showsNoise && running !== null ? running / factor : null)
  }
  const [seed] = view.versions
  if (seed !== undefined) add(null, xOfSeed(seed, settings.axis), seed.score, seed.score)
  let running = seed?.score ?? null
  const bestOf = new Map(view.versions.map(({ number, score }) => [number, score]))
  for (const row of view.attempts) {
    const x = xOf(row, settings.axis)
    if (x === null) continue
    if (row.version !== null) running = bestOf.get(row.version) ?? running
    add(row, x, visible.has(row) ? row.score : null, running)
  }
  return { rows, xs, data: [xs, scores, best, high, low] }
}

/** @param current what is drawn, the attempt that is chosen, and those that are shown; asked at every drawing */
export function scoreChartOptions(
  view: RunView,
  settings: ScoreChartSettings,
  current: () => {
    readonly points: ScorePoints
    readonly shown: ReadonlySet<AttemptRow>
    readonly chosen: number | null
  },
  onZoom: (isZoomed: boolean) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const { axis, isLog } = settings
  const stepped = uPlot.paths.stepped?.({ align: 1 })
  const steps = stepped === undefined ? {} : { paths: stepped }
  const none = { paths: () => null, points: { show: false } }
  return {
    legend: { show: false },
    scales: {
      x: { time: axis === 'time' },
      y: { distr: isLog ? 3 : 1, range: (_chart, min, max) => scoreRange(min, max, isLog, view.facts.bound) },
    },
    axes: [bottomAxis(axis), leftAxis(false, isLog)],
    padding: [10, 12, 0, 0],
    cursor: { points: { show: false }, drag: { x: true, y: false, uni: 20 }, y: false },
    bands: [{ series: [3, 4], fill: colour('band') }],
    series: [
      {},
      none,
      { ...steps, stroke: colour('best'), width: 1.5, points: { show: false } },
      { ...steps, stroke: 'transparent', points: { show: false } },
      { ...steps, stroke: 'transparent', points: { show: false } },
    ],
    hooks: {
      setScale: [
        (chart, key) => {
          if (key !== 'x') return
          const xs = chart.data[0]
          const { min = 0, max = 0 } = chart.scales['x'] ?? {}
          onZoom((min ?? 0) > (xs[0] ?? 0) || (max ?? 0) < (xs.at(-1) ?? 0))
        },
      ],
      draw: [
        (chart) => {
          if (settings.showsLines) drawLines(chart, view)
          drawScorerChanges(chart, current().points, view)
          drawPoints(chart, current(), settings, view)
        },
      ],
    },
  }
}

/** Room above, and below for the attempts that have no score. A bound is in sight where it does not make all else small. */
export function scoreRange(
  min: number | null,
  max: number | null,
  isLog: boolean,
  bound: number | null,
): [number, number] {
  if (min === null || max === null) return isLog ? [1, 10] : [0, 1]
  const isNear = bound !== null && bound < 2.5 * max && bound > min / 2.5
  const [from, to] = isNear ? [Math.min(min, bound), Math.max(max, bound)] : [min, max]
  if (isLog) {
    const span = Math.max(0.05, Math.log(to / from))
    return [from * Math.exp(-0.1 * span), to * Math.exp(0.06 * span)]
  }
  const span = to - from || Math.abs(to) || 1
  return [from - 0.1 * span, to + 0.06 * span]
}

/** The seed, and the score that no honest solution passes. */
function drawLines(chart: uPlot, { versions, facts }: RunView): void {
  const seed = versions[0]?.score
  if (seed !== undefined) drawLine(chart, seed, `seed ${renderNumber(seed)}`)
  if (facts.bound !== null) drawLine(chart, facts.bound, `bound ${renderNumber(facts.bound)}`)
}

/** Where another scorer took over: scores before and after it are not to be compared. */
function drawScorerChanges(chart: uPlot, { rows, xs }: ScorePoints, { environment }: RunView): void {
  const { ctx, bbox } = chart
  const ratio = devicePixelRatio
  const changes = environment.sessions.filter(
    ({ scorer }, index, all) => index > 0 && scorer !== all[index - 1]?.scorer,
  )
  for (const { at } of changes) {
    const first = rows.findIndex((row) => row?.startedMs != null && row.startedMs >= Date.parse(at))
    const [before, x] = [xs[first - 1], xs[first]]
    if (x === undefined || before === undefined) continue
    const left = Math.round(chart.valToPos((before + x) / 2, 'x', true))
    if (left < bbox.left || left > bbox.left + bbox.width) continue
    ctx.save()
    ctx.strokeStyle = ctx.fillStyle = colour('ink-2')
    ctx.lineWidth = ratio
    ctx.setLineDash([2 * ratio, 3 * ratio])
    ctx.beginPath()
    ctx.moveTo(left, bbox.top)
    ctx.lineTo(left, bbox.top + bbox.height)
    ctx.stroke()
    ctx.font = `${11 * ratio}px system-ui, sans-serif`
    ctx.fillText('another scorer', left + 4 * ratio, bbox.top + 11 * ratio)
    ctx.restore()
  }
}

export function drawLine(chart: uPlot, value: number, label: string): void {
  const { ctx, bbox } = chart
  const y = Math.round(chart.valToPos(value, 'y', true))
  if (!(y >= bbox.top && y <= bbox.top + bbox.height)) return
  const ratio = devicePixelRatio
  ctx.save()
  ctx.strokeStyle = colour('ink-2')
  ctx.setLineDash([4 * ratio, 4 * ratio])
  ctx.lineWidth = ratio
  ctx.beginPath()
  ctx.moveTo(bbox.left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.fillStyle = colour('ink-2')
  ctx.font = `${11 * ratio}px system-ui, sans-serif`
  ctx.textAlign = 'right'
  ctx.fillText(label, bbox.left + bbox.width - 4 * ratio, y - 6 * ratio)
  ctx.restore()
}

function drawPoints(
  chart: uPlot,
  { points, shown, chosen }: ReturnType<Parameters<typeof scoreChartOptions>[2]>,
  settings: ScoreChartSettings,
  view: RunView,
): void {
  const { ctx, bbox } = chart
  const { rows, xs } = points
  const ratio = devicePixelRatio
  const { min = 0, max = 0 } = chart.scales['x'] ?? {}
  const [from, to] = [firstAtLeast(xs, min ?? 0), firstAtLeast(xs, (max ?? 0) + Number.EPSILON)]
  const isDense = to - from > DENSE
  const radius = RADIUS * ratio * (isDense ? 0.65 : 1)
  const floor = bbox.top + bbox.height - 7 * ratio
  const placeOf = (index: number): readonly [number, number] | null => {
    const [row, x] = [rows[index], xs[index]]
    if (row == null || x === undefined || !shown.has(row)) return null
    const y = row.score === null ? floor : chart.valToPos(row.score, 'y', true)
    return [chart.valToPos(x, 'x', true), Math.min(floor, Math.max(bbox.top, y))]
  }
  ctx.save()
  ctx.beginPath()
  const edge = 9 * ratio
  ctx.rect(bbox.left - edge, bbox.top - edge, bbox.width + 2 * edge, bbox.height + 2 * edge)
  ctx.clip()
  // Those that were accepted are drawn last, over all others.
  for (const outcome of ['rejected', 'abandoned', 'indecisive', 'incorrect', 'open', 'accepted'] as const) {
    const path = new Path2D()
    const bars = new Path2D()
    for (let index = from; index < Math.min(rows.length, to + 1); index++) {
      const row = rows[index]
      if (row?.outcome !== outcome) continue
      const place = placeOf(index)
      if (place === null) continue
      drawShape(path, outcome, place[0], place[1], radius)
      if (settings.showsIntervals && outcome === 'accepted') addInterval(bars, chart, row, place[0], view)
    }
    const stroke = colour(outcome)
    ctx.globalAlpha = isDense && outcome === 'rejected' ? 0.45 : 1
    ctx.lineWidth = (isDense ? 0.9 : 1.3) * ratio
    ctx.strokeStyle = stroke
    ctx.stroke(bars)
    if (FILLED.has(outcome)) {
      ctx.fillStyle = stroke
      ctx.fill(path)
    } else ctx.stroke(path)
  }
  const marked = chosen === null ? -1 : rows.findIndex((row) => row?.number === chosen)
  const place = marked === -1 ? null : placeOf(marked)
  if (place !== null) {
    ctx.globalAlpha = 1
    ctx.strokeStyle = colour('ink')
    ctx.lineWidth = 1.5 * ratio
    ctx.beginPath()
    ctx.arc(place[0], place[1], 8 * ratio, 0, 2 * Math.PI)
    ctx.stroke()
  }
  ctx.restore()
}

/** The interval of a gain, as scores: from what the version before would have had in the same rounds. */
function addInterval(path: Path2D, chart: uPlot, row: AttemptRow, x: number, { facts }: RunView): void {
  const { score, gain, low, high } = row
  if (score === null || gain === null || low === null || high === null) return
  const at = (bound: number): number => {
    const ratio = (1 + bound) / (1 + gain)
    return chart.valToPos(facts.direction === 'maximize' ? score * ratio : score / ratio, 'y', true)
  }
  path.moveTo(x, at(low))
  path.lineTo(x, at(high))
}

/** Where in sorted numbers the first is that is not less. */
export function firstAtLeast(sorted: readonly number[], value: number): number {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((sorted[middle] ?? 0) < value) from = middle + 1
    else to = middle
  }
  return from
}

/** The attempt that is drawn nearest to a place, in CSS pixels of the plotting area; null where none is near. */
export function nearestAttempt(
  chart: uPlot,
  { rows, xs }: ScorePoints,
  shown: ReadonlySet<AttemptRow>,
  left: number,
  top: number,
): { readonly row: AttemptRow; readonly left: number; readonly top: number } | null {
  const from = firstAtLeast(xs, chart.posToVal(left - REACH, 'x'))
  const to = firstAtLeast(xs, chart.posToVal(left + REACH, 'x'))
  let [nearest, distance]: [ReturnType<typeof nearestAttempt>, number] = [null, REACH ** 2]
  const floor = chart.over.clientHeight - 7
  for (let index = from; index <= to && index < rows.length; index++) {
    const [row, x] = [rows[index], xs[index]]
    if (row == null || x === undefined || !shown.has(row)) continue
    const y = row.score === null ? floor : Math.min(floor, Math.max(0, chart.valToPos(row.score, 'y')))
    const at = { row, left: chart.valToPos(x, 'x'), top: y }
    const away = (at.left - left) ** 2 + (at.top - top) ** 2
    if (away <= distance) [nearest, distance] = [at, away]
  }
  return nearest
}

const REACH = 24
