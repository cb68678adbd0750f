import uPlot from 'uplot'
import type { RunView } from '../run-view.ts'
import { bottomAxis, leftAxis } from './axes.ts'
import { drawLines, drawPoints, drawScorerChanges, type ShownScores } from './draw-scores.ts'
import type { ScoreChartSettings } from './score-points.ts'
import { colour } from './theme.ts'

/** @param current what is drawn, the attempt that is chosen, and those that are shown; asked at every drawing */
export function scoreChartOptions(
  view: RunView,
  settings: ScoreChartSettings,
  current: () => ShownScores,
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
          if (settings.showsLines) drawLines(chart, view, current().points.start)
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
