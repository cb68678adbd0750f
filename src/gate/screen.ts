import { describeGain, gainsOf, openingRounds } from './gains.ts'
import { mean } from './statistics.ts'
import type { Step } from './step.ts'

export const SCREEN_ROUNDS = 3
const SCREEN_WINS = 2

/** Most candidates are not better, and three rounds show it. They can only reject, so looking at them costs no evidence. */
export const screen: Step = (rounds, rules) => {
  const first = openingRounds(rounds, rules).slice(0, SCREEN_ROUNDS)
  if (first.length < SCREEN_ROUNDS) return { measure: 'screen', against: rules.best }
  const gains = gainsOf(first, rules)
  const wins = gains.filter((gain) => gain > 0).length
  if (mean(gains) > 0 && wins >= SCREEN_WINS) return null
  return {
    reject: () =>
      `${describeGain(first, rules)} against v${rules.best}, better in ${wins} of ${SCREEN_ROUNDS} rounds: not better`,
  }
}
