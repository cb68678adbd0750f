import type uPlot from 'uplot'
import { colour } from './theme.ts'
import { labelGains, labelScores } from './tick-labels.ts'
import { renderSpan, X_AXES, type XAxis } from './x-axes.ts'

const [SECOND, MINUTE, HOUR, DAY, MONTH, YEAR] = [1, 60, 3_600, 86_400, 86_400 * 28, 86_400 * 365]

/** Steps that durations are read in, in milliseconds. */
const SPANS = [
  ...[1, 2, 5, 10, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 30].map((count) => count * MINUTE),
  ...[1, 2, 4, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10, 20, 50].map((count) => count * DAY),
].map((seconds) => seconds * 1_000)

const FONT = '11px system-ui, sans-serif'

function base(): Pick<uPlot.Axis, 'stroke' | 'grid' | 'ticks' | 'font' | 'labelFont'> {
  return {
    stroke: colour('ink-2'),
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { stroke: colour('grid'), width: 1, size: 4 },
    font: FONT,
    labelFont: FONT,
  }
}

/** The axis at the bottom. Times are the reader's. */
export function bottomAxis(kind: XAxis): uPlot.Axis {
  const { render } = X_AXES[kind]
  const axis: uPlot.Axis = { ...base(), size: 28, gap: 4, space: 70 }
  if (render === null) return { ...axis, size: 42, values: TIMES }
  const isCount = kind === 'attempt' || kind === 'evaluations'
  return {
    ...axis,
    values: (_chart, splits) =>
      splits.map((value) => (isCount && !Number.isInteger(value) ? '' : render(value))),
  }
}

/** uPlot's own form for times: for steps from so many seconds on, what is written at each, and where a day or a year begins. */
const TIMES: (string | number | null)[][] = [
  [YEAR, '{YYYY}', null, null, null, null, null, null, 1],
  [MONTH, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [DAY, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [HOUR, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
  [MINUTE, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
  [SECOND, '{HH}:{mm}:{ss}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
]

/** The axis at the left: scores, or gains as percentages. A logarithmic one is marked at 1, 2 and 5 of each power of ten. */
export function leftAxis(isGain = false, isLog = false): uPlot.Axis {
  return {
    ...base(),
    size: (_chart, values) => 16 + 6.2 * Math.max(3, ...(values ?? []).map((value) => value?.length ?? 0)),
    gap: 4,
    values: (_chart, splits) => {
      const marked = splits.filter((value) => value !== null && (!isLog || isRound(value)))
      const labels = isGain ? labelGains(marked) : labelScores(marked)
      const labelOf = new Map(marked.map((value, index) => [value, labels[index] ?? '']))
      return splits.map((value) => labelOf.get(value) ?? '')
    },
  }
}

/** The axis at the left: amounts in a form of their own. */
export function amountAxis(isSpan: boolean, render: (amount: number) => string): uPlot.Axis {
  return {
    ...leftAxis(),
    ...(isSpan ? { incrs: SPANS } : {}),
    values: (_chart, splits) => splits.map(isSpan ? renderSpan : render),
  }
}

function isRound(value: number): boolean {
  const digit = value / 10 ** Math.floor(Math.log10(value) + 1e-9)
  return [1, 2, 5].some((round) => Math.abs(digit - round) < 1e-6)
}
