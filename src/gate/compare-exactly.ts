import type { Round, Rules } from '../measurement.ts'
import { describeGain, gainsOf } from './gains.ts'
import { countedRounds } from './rounds.ts'
import { mean } from './statistics.ts'
import type { Step } from './step.ts'

/** Runs after which a candidate is believed to score the same every time. */
const RUNS = 2

/**
 * Where a scorer gives the same score every time, one run says it all, if the candidate does so too: one that rolls dice would
 * only have to be lucky once. So what seems better runs again.
 */
export const compareExactly: Step = (rounds, rules) => {
  const { best, floor, accept, plan } = rules
  const runs = countedRounds(rounds, rules, 'exact')
  if (runs.length === 0) return { measure: 'exact', against: best }
  const gain = mean(gainsOf(runs, rules))
  const isAccepted = accept === 'improvement_or_equal' ? gain >= floor : gain > floor
  if (isAccepted)
    return runs.length < Math.min(RUNS, plan.maxRounds) ? { measure: 'exact', against: best } : null
  const why = gain > 0 ? 'less than the least gain that counts' : 'not better'
  return { reject: () => `${describeGain(runs, rules)} against v${best}: ${why}` }
}

/**
 * The rules for a candidate that has shown in two runs that it does not score the same every time: it is judged like any other
 * where there is noise.
 */
export function withOwnNoise(rounds: readonly Round[], rules: Rules): Rules {
  if (rules.plan.kind !== 'exact') return rules
  const runs = countedRounds(rounds, rules, 'exact').map(({ candidate }) => JSON.stringify(candidate.scores))
  return new Set(runs).size < 2 ? rules : { ...rules, plan: { ...rules.plan, kind: 'paired' } }
}
