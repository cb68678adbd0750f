import { describeGain, gainsOf } from './gains.ts'
import { countedRounds } from './rounds.ts'
import { mean } from './statistics.ts'
import type { Step } from './step.ts'

/** Where a scorer gives the same score every time, one run says it all. */
export const compareExactly: Step = (rounds, rules) => {
  const { best, floor, accept } = rules
  const runs = countedRounds(rounds, rules, 'exact')
  if (runs.length === 0) return { measure: 'exact', against: best }
  const gain = mean(gainsOf(runs, rules))
  const isAccepted = accept === 'improvement_or_equal' ? gain >= floor : gain > floor
  if (isAccepted) return null
  const why = gain > 0 ? 'less than the least gain that counts' : 'not better'
  return { reject: () => `${describeGain(runs, rules)} against v${best}: ${why}` }
}
