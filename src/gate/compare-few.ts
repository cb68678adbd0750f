import { renderCount } from '../text.ts'
import { describeGain, gainsOf } from './gains.ts'
import { countedRounds } from './rounds.ts'
import { mean } from './statistics.ts'
import type { Step } from './step.ts'

/** Where more is not affordable: the mean of the few rounds that are, against the floor. It proves nothing. */
export const compareFew: Step = (rounds, rules) => {
  const { best, floor, plan } = rules
  const few = countedRounds(rounds, rules, 'single')
  if (few.length < plan.maxRounds) return { measure: 'single', against: best }
  if (mean(gainsOf(few, rules)) > floor) return null
  return {
    reject: () =>
      `${describeGain(few, rules)} against v${best} in ${renderCount(few.length, 'round')}: not better`,
  }
}
