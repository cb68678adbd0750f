import type uPlot from 'uplot'
import { renderDuration, renderNumber, renderPercent, renderTokens, renderUsd } from './format.ts'
import { colour } from './theme.ts'

/** What a chart can be drawn over. */
export const X_AXES = {
  attempt: {
    label: 'attempt',
    render: (value: number) => (Number.isInteger(value) ? value.toLocaleString('en-US') : ''),
  },
  time: { label: 'time', render: null },
  running: { label: 'running time', render: renderDuration },
  evaluations: { label: 'evaluations', render: (value: number) => value.toLocaleString('en-US') },
  tokens: { label: 'tokens', render: renderTokens },
  cost: { label: 'cost', render: renderUsd },
} as const

export type XAxis = keyof typeof X_AXES

export function isXAxis(name: string | undefined): name is XAxis {
  return name !== undefined && Object.hasOwn(X_AXES, name)
}

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
  if (render === null) return { ...axis, values: TIMES }
  const isCount = kind === 'attempt' || kind === 'evaluations'
  return {
    ...axis,
    values: (_chart, splits) =>
      splits.map((value) => (isCount && !Number.isInteger(value) ? '' : render(value))),
  }
}

const [SECOND, MINUTE, HOUR, DAY, MONTH, YEAR] = [1, 60, 3_600, 86_400, 86_400 * 28, 86_400 * 365]

/** uPlot's own form for times: for steps from so many seconds on, what is written at each, and where a day or a year begins. */
const TIMES: (string | number | null)[][] = [
  [YEAR, '{YYYY}', null, null, null, null, null, null, 1],
  [MONTH, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [DAY, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [HOUR, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
  [MINUTE, '{HH}:{mm}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
  [SECOND, '{HH}:{mm}:{ss}', '\n{D} {MMM}', null, '\n{D} {MMM}', null, null, null, 1],
]

/** The axis at the left: scores, or gains as percentages. */
export function leftAxis(isGain = false): uPlot.Axis {
  return {
    ...base(),
    size: (_chart, values) => 16 + 6.2 * Math.max(3, ...(values ?? []).map((value) => value?.length ?? 0)),
    gap: 4,
    values: (_chart, splits) =>
      splits.map((value) => (value === null ? '' : isGain ? renderPercent(value) : renderNumber(value))),
  }
}
