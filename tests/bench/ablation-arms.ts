import { meanInterval } from '../../src/gate/bootstrap.ts'
import { createRandom } from '../../src/gate/random.ts'
import { mean, median } from '../../src/gate/statistics.ts'
import { renderColumns } from '../../src/text.ts'
import type { Outcome } from './ablation-thread.ts'
import type { Figure } from './figure.ts'

/** Runs with the same things switched on and off, by seed. */
export type Arm = ReadonlyMap<number, Outcome>

const HEADER = ['', 'found', 'runs of the scorer, median', 'mean', 'attempts, median']

/** A line for each arm. A run that found nothing counts with all that it was given: the true figures are larger. */
export function renderArms(arms: ReadonlyMap<string, Arm>): string {
  const rows = [...arms].map(([name, arm]) => {
    const outcomes = [...arm.values()]
    const found = outcomes.filter(({ evaluations }) => evaluations !== null).length
    const costs = outcomes.map(costOf)
    const figures = [median(costs), mean(costs), median(outcomes.map(({ attempts }) => attempts))]
    return [name, `${found} of ${arm.size}`, ...figures.map((figure) => Math.round(figure).toString())]
  })
  return renderColumns([HEADER, ...rows], [1, 2, 3, 4])
}

/**
 * The geometric mean, over the seeds that both arms have, of how many times the runs of the scorer it took, with its interval; and
 * in how many seeds more were needed.
 */
export function compareArms(name: string, arm: Arm, reference: Arm): Figure {
  const ratios = [...arm].flatMap(([seed, outcome]) => {
    const other = reference.get(seed)
    return other === undefined ? [] : [Math.log(costOf(outcome) / costOf(other))]
  })
  const [low, high] = meanInterval(ratios, createRandom(1)) ?? [Number.NaN, Number.NaN]
  const more = ratios.filter((ratio) => ratio > 0).length
  const factor = (ratio: number): string => Math.exp(ratio).toFixed(2)
  return {
    name: `${name}: runs of the scorer, times as many [${factor(low)}, ${factor(high)}], more in ${more} of ${ratios.length}`,
    value: `${factor(mean(ratios))} ×`,
    target: 'interval above 1',
    met: low > 0,
  }
}

function costOf({ evaluations, maxEvaluations }: Outcome): number {
  return evaluations ?? maxEvaluations
}
