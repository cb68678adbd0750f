import type uPlot from 'uplot'
import { valueIn } from '../../score.ts'
import type { AttemptRow, RunView } from '../run-view.ts'

/** One configuration over attempts. */
export interface ConfigurationPoints {
  /** Attempts, values of those that were not accepted, of the best version, of those that were accepted. */
  readonly data: uPlot.AlignedData
  /** The last attempt of another scorer; null where there is none. */
  readonly start: number | null
}

type Values = (number | null)[]

/** The values of all attempts that are shown in one configuration; of those that another scorer has measured there are none. */
export function toConfigurationPoints(
  { versions, attempts, facts }: Pick<RunView, 'versions' | 'attempts' | 'facts'>,
  shown: readonly AttemptRow[],
  name: string,
): ConfigurationPoints {
  const visible = new Set(shown)
  const index = facts.configurations.indexOf(name)
  const values = new Map(versions.map(({ number, scores }) => [number, valueIn(scores, name)]))
  const { otherScorerUpTo } = facts
  const first = versions.findLast(({ attempt }) => attempt <= otherScorerUpTo)
  let best = first === undefined ? null : (values.get(first.number) ?? null)
  const [xs, others, running, accepted]: [number[], Values, Values, Values] = [[], [], [], []]
  for (const row of attempts) {
    const isEarlier = row.number <= otherScorerUpTo
    if (row.version !== null && !isEarlier) best = values.get(row.version) ?? best
    const isDrawn = !isEarlier && visible.has(row)
    xs.push(row.number)
    others.push(isDrawn && row.version === null ? (row.values[index] ?? null) : null)
    running.push(row.number < otherScorerUpTo ? null : best)
    accepted.push(isDrawn && row.version !== null ? (values.get(row.version) ?? null) : null)
  }
  return { data: [xs, others, running, accepted], start: otherScorerUpTo === 0 ? null : otherScorerUpTo }
}
