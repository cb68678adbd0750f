import type { Round, Rules } from '../measurement.ts'
import { renderCount, renderSize } from '../text.ts'
import { detectableEffect } from './calibration.ts'
import { eValue } from './e-value.ts'
import { describeGain, gainsOf, openingRounds } from './gains.ts'
import type { ScoredRound } from './rounds.ts'
import { SCREEN_ROUNDS } from './screen.ts'
import { mean } from './statistics.ts'
import type { Step } from './step.ts'

/** Rounds after which a mean that is not above zero ends it. */
const PATIENCE = 8

/**
 * Rounds until the evidence convinces and the mean is above the floor. It gives up when the mean stays at or below zero, at the
 * round limit, and when not even winning every round that is left would convince.
 */
export const decide: Step = (rounds, rules) => {
  const decided = decidedRounds(rounds, rules)
  const gains = gainsOf(decided, rules)
  const stand = weigh(gains, rules)
  if (stand === 'convincing') return null
  if (stand === 'open') return { measure: 'decide', against: rules.best }
  const { best } = rules
  return {
    reject: () =>
      `${describeGain(decided, rules)} against v${best} in ${renderCount(gains.length, 'round')}: ${describeDoubt(gains, rules)}`,
  }
}

/** The rounds up to the first after which nothing is open any more: what comes later was not looked at to decide. */
export function decidedRounds(rounds: readonly Round[], rules: Rules): readonly ScoredRound[] {
  const opening = openingRounds(rounds, rules)
  if (rules.plan.kind !== 'paired') return opening
  const gains = gainsOf(opening, rules)
  let count = Math.min(SCREEN_ROUNDS, gains.length)
  while (count < gains.length && weigh(gains.slice(0, count), rules) === 'open') count += 1
  return opening.slice(0, count)
}

function weigh(gains: readonly number[], { alpha, floor, plan }: Rules): 'convincing' | 'hopeless' | 'open' {
  const wins = gains.filter((gain) => gain > 0).length
  const losses = gains.filter((gain) => gain < 0).length
  const average = mean(gains)
  if (eValue(wins, losses) >= 1 / alpha && average > floor) return 'convincing'
  const left = plan.maxRounds - gains.length
  const isLost = eValue(wins + left, losses) < 1 / alpha
  return left <= 0 || isLost || (gains.length >= PATIENCE && average <= 0) ? 'hopeless' : 'open'
}

function describeDoubt(gains: readonly number[], { alpha, floor, sd }: Rules): string {
  const wins = gains.filter((gain) => gain > 0).length
  if (mean(gains) <= 0) return 'not better'
  if (eValue(wins, gains.length - wins) >= 1 / alpha)
    return `less than the ${renderSize(Math.expm1(floor))} that counts`
  return sd === null
    ? 'within noise'
    : `within noise; can detect ${renderSize(detectableEffect(sd, gains.length))}`
}
