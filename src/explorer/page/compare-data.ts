import type uPlot from 'uplot'
import type { RunSummary } from '../run-view.ts'

/** What runs are compared over. */
export const MEASURES = {
  evaluations: 'runs of the scorer',
  attempts: 'attempts',
  tokens: 'tokens',
  cost: 'cost in US dollars',
  running: 'running time',
} as const

export type Measure = keyof typeof MEASURES

export function isMeasure(name: string | undefined): name is Measure {
  return name !== undefined && Object.hasOwn(MEASURES, name)
}

/** Runs of one task, and where their lines are in the data. */
export interface Repeats {
  readonly task: string
  readonly runs: readonly RunSummary[]
  /** Of the median, the upper and the lower end of the spread; null where there are too few. */
  readonly median: number | null
  readonly high: number | null
  readonly low: number | null
}

export interface Comparison {
  readonly data: uPlot.AlignedData
  /** The run of each line, from the first on. */
  readonly runs: readonly RunSummary[]
  readonly groups: readonly Repeats[]
}

/** Repeats that are needed for a median. */
export const FEWEST = 2
/** And for quartiles; below, the spread is from the worst to the best. */
export const QUARTILES = 5

/**
 * The best so far of each run as steps over one measure, and over repeats of a task their median with the spread: quartiles, or
 * all where there are fewer than five. A run that has ended keeps its best in the median, while its own line ends; of one that
 * has not, nobody knows what comes, and the median ends with it.
 */
export function toComparison(runs: readonly RunSummary[], measure: Measure, isGain: boolean): Comparison {
  const lines = runs.map((run) => toLine(run, measure, isGain))
  const xs = [...new Set(lines.flatMap(({ points, end }) => [...points.map(([x]) => x), end]))].toSorted(
    (a, b) => a - b,
  )
  const own = lines.map((line) => xs.map((x) => (x > line.end ? null : valueAt(line, x))))
  const series: (number | null)[][] = [...own]
  const groups = Object.entries(Object.groupBy(runs, ({ facts }) => facts.task)).map(
    ([task, members = []]): Repeats => {
      const indices = members.map((run) => runs.indexOf(run))
      if (members.length < FEWEST) return { task, runs: members, median: null, high: null, low: null }
      const values = xs.map((x) =>
        indices
          .flatMap((index) => {
            const line = lines[index]
            return line === undefined ? [] : (expectedAt(line, x) ?? [])
          })
          .toSorted((a, b) => a - b),
      )
      const ends = members.length >= QUARTILES ? ([0.5, 0.75, 0.25] as const) : ([0.5, 1, 0] as const)
      const [median = 0, high = 0, low = 0] = ends.map((share) =>
        series.push(
          values.map((sorted) => (sorted.length < members.length ? null : quantile(sorted, share))),
        ),
      )
      return { task, runs: members, median, high, low }
    },
  )
  return { data: [xs, ...series], runs, groups }
}

interface Line {
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly end: number
  /** Whether nothing comes after its end. */
  readonly hasEnded: boolean
}

function toLine({ curve, status }: RunSummary, measure: Measure, isGain: boolean): Line {
  const points = curve.map(
    (point) => [amountOf(point, point.attempt, measure), isGain ? point.overSeed : point.score] as const,
  )
  return {
    points,
    end: Math.max(amountOf(status, status.attempts, measure), points.at(-1)?.[0] ?? 0),
    hasEnded: status.phase === 'ended',
  }
}

function amountOf(
  used: {
    readonly activeMs: number
    readonly evaluations: number
    readonly costUsd: number
    readonly tokens: number
  },
  attempts: number,
  measure: Measure,
): number {
  switch (measure) {
    case 'evaluations':
      return used.evaluations
    case 'attempts':
      return attempts
    case 'tokens':
      return used.tokens
    case 'cost':
      return used.costUsd
    case 'running':
      return used.activeMs
  }
}

/** The best so far; after its end only of a run that is over. */
function expectedAt(line: Line, x: number): number | null {
  return x > line.end && !line.hasEnded ? null : valueAt(line, x)
}

function valueAt({ points }: Line, x: number): number | null {
  return points.findLast(([at]) => at <= x)?.[1] ?? null
}

function quantile(sorted: readonly number[], share: number): number | null {
  const at = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return below === undefined || above === undefined ? null : below + (above - below) * (at - Math.floor(at))
}
