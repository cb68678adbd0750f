import type uPlot from 'uplot'
import type { AttemptRow, RunView, VersionRow } from '../run-view.ts'
import type { XAxis } from './x-axes.ts'

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
  /** Of each point; null where there is none, or only another scorer's. */
  readonly scores: readonly (number | null)[]
  /** Where the newest scorer took over; null where no other one was before. */
  readonly start: number | null
  readonly data: uPlot.AlignedData
}

/** Two standard deviations: within it, two copies of one version differ nearly always. */
const BAND = 2
/** Pixels that a point may be away from the pointer. */
const REACH = 24

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

/**
 * The series of a chart: scores (drawn by hand), the running best, and the noise around it. Where another scorer measured,
 * there are none of them: only places on the bottom axis.
 */
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
  const { otherScorerUpTo } = view.facts
  let running = view.versions.findLast(({ attempt }) => attempt <= otherScorerUpTo)?.score ?? null
  let start: number | null = null
  const seedScore = otherScorerUpTo === 0 ? running : null
  if (seed !== undefined) add(null, xOfSeed(seed, settings.axis), seedScore, seedScore)
  const bestOf = new Map(view.versions.map(({ number, score }) => [number, score]))
  for (const row of view.attempts) {
    const x = xOf(row, settings.axis)
    if (x === null) continue
    if (row.number <= otherScorerUpTo) {
      // The last of them is where the curve begins.
      if (row.number === otherScorerUpTo) start = x
      add(row, x, null, row.number === otherScorerUpTo ? running : null)
      continue
    }
    if (row.version !== null) running = bestOf.get(row.version) ?? running
    add(row, x, visible.has(row) ? row.score : null, running)
  }
  return { rows, xs, scores, start, data: [xs, scores, best, high, low] }
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
  { rows, xs, scores }: ScorePoints,
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
    const score = scores[index] ?? null
    const y = score === null ? floor : Math.min(floor, Math.max(0, chart.valToPos(score, 'y')))
    const at = { row, left: chart.valToPos(x, 'x'), top: y }
    const away = (at.left - left) ** 2 + (at.top - top) ** 2
    if (away <= distance) [nearest, distance] = [at, away]
  }
  return nearest
}
