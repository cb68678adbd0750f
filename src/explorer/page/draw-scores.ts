import type uPlot from 'uplot'
import type { AttemptRow, RunView } from '../run-view.ts'
import { renderNumber } from './format.ts'
import { drawShape, FILLED } from './glyph.tsx'
import { firstAtLeast, type ScoreChartSettings, type ScorePoints } from './score-points.ts'
import { colour } from './theme.ts'

/** What a chart of scores shows at a moment. */
export interface ShownScores {
  readonly points: ScorePoints
  readonly shown: ReadonlySet<AttemptRow>
  /** Number of the attempt that is chosen. */
  readonly chosen: number | null
}

const RADIUS = 3.4
/** Above so many points, shapes are smaller and rejected ones fade. */
const DENSE = 1_500

/** The seed, and the score that no honest solution passes, from where the newest scorer took over. */
export function drawLines(chart: uPlot, { versions, facts }: RunView, start: number | null): void {
  const seed = versions[0]?.score
  if (seed !== undefined) drawLine(chart, seed, `seed ${renderNumber(seed)}`, start)
  if (facts.bound !== null) drawLine(chart, facts.bound, `bound ${renderNumber(facts.bound)}`, start)
}

/** Where another scorer took over: scores before and after it are not to be compared. */
export function drawScorerChanges(chart: uPlot, { rows, xs }: ScorePoints, { environment }: RunView): void {
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
    const isAtLeft = left < bbox.left + bbox.width / 2
    ctx.textAlign = isAtLeft ? 'left' : 'right'
    ctx.fillText('another scorer', left + (isAtLeft ? 4 : -4) * ratio, bbox.top + 11 * ratio)
    ctx.restore()
  }
}

/** A score that others are held against, across the chart or from a place on the bottom axis on. */
export function drawLine(chart: uPlot, value: number, label: string, start: number | null): void {
  const { ctx, bbox } = chart
  const left = start === null ? bbox.left : Math.max(bbox.left, chart.valToPos(start, 'x', true))
  if (left >= bbox.left + bbox.width) return
  const y = Math.round(chart.valToPos(value, 'y', true))
  if (!(y >= bbox.top && y <= bbox.top + bbox.height)) return
  const ratio = devicePixelRatio
  ctx.save()
  ctx.strokeStyle = colour('ink-2')
  ctx.setLineDash([4 * ratio, 4 * ratio])
  ctx.lineWidth = ratio
  ctx.beginPath()
  ctx.moveTo(left, y)
  ctx.lineTo(bbox.left + bbox.width, y)
  ctx.stroke()
  ctx.fillStyle = colour('ink-2')
  ctx.font = `${11 * ratio}px system-ui, sans-serif`
  ctx.textAlign = 'right'
  ctx.fillText(label, bbox.left + bbox.width - 4 * ratio, y - 6 * ratio)
  ctx.restore()
}

/** Every attempt as the shape of its outcome; those without a score, or with another scorer's, stand at the foot of the chart. */
export function drawPoints(
  chart: uPlot,
  { points, shown, chosen }: ShownScores,
  settings: ScoreChartSettings,
  view: RunView,
): void {
  const { ctx, bbox } = chart
  const { rows, xs, scores } = points
  const ratio = devicePixelRatio
  const { min = 0, max = 0 } = chart.scales['x'] ?? {}
  const [from, to] = [firstAtLeast(xs, min ?? 0), firstAtLeast(xs, (max ?? 0) + Number.EPSILON)]
  const isDense = to - from > DENSE
  const radius = RADIUS * ratio * (isDense ? 0.65 : 1)
  const floor = bbox.top + bbox.height - 7 * ratio
  const placeOf = (index: number): readonly [number, number] | null => {
    const [row, x] = [rows[index], xs[index]]
    if (row == null || x === undefined || !shown.has(row)) return null
    const score = scores[index] ?? null
    const y = score === null ? floor : chart.valToPos(score, 'y', true)
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
      if (settings.showsIntervals && outcome === 'accepted' && scores[index] != null)
        addInterval(bars, chart, row, place[0], view)
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
