import type { AttemptRecord } from '../attempt.ts'
import type { Random } from '../gate/random.ts'
import { DIRECTION_KINDS, type DirectionKind, type NumberedDirection } from '../redirection.ts'

/** How likely each kind of direction is to be taken; together 1. */
export type Weights = Readonly<Record<DirectionKind, number>>

/** What an attempt of a kind is believed to gain before one was made, in standard deviations of a round's noise. */
const PRIORS: Weights = {
  refine: 0.4,
  explore: 0.8,
  combine: 0.6,
  simplify: 0.4,
  profile: 0.6,
  algorithm: 0.8,
  unlikely: 0.2,
}
/** Attempts that the prior counts for. */
const PRIOR_ATTEMPTS = 2
/** Differences of so much make one kind e times as likely as another. */
const TEMPERATURE = 0.5
/** Part that is shared out evenly, so that no kind dies. */
const EVEN_SHARE = 0.2
/** One stroke of luck is not to rule for ever. */
const MOST_REWARD = 5
/** What stands for a standard deviation where there is no noise, or nobody knows it. */
export const USUAL_GAIN = 0.01

/** A softmax over what the attempts of each kind have gained on average; a failure has gained nothing. */
export function weighKinds(ledger: readonly AttemptRecord[]): Weights {
  const mean = (kind: DirectionKind): number => {
    const rewards = ledger
      .filter(({ direction, outcome }) => direction?.kind === kind && outcome !== 'indecisive')
      .map(rewardOf)
    const sum = rewards.reduce((total, reward) => total + reward, PRIORS[kind] * PRIOR_ATTEMPTS)
    return sum / (rewards.length + PRIOR_ATTEMPTS)
  }
  const odds = (kind: DirectionKind): number => Math.exp(mean(kind) / TEMPERATURE)
  const total = DIRECTION_KINDS.reduce((sum, kind) => sum + odds(kind), 0)
  const weight = (kind: DirectionKind): number =>
    EVEN_SHARE / DIRECTION_KINDS.length + ((1 - EVEN_SHARE) * odds(kind)) / total
  return {
    refine: weight('refine'),
    explore: weight('explore'),
    combine: weight('combine'),
    simplify: weight('simplify'),
    profile: weight('profile'),
    algorithm: weight('algorithm'),
    unlikely: weight('unlikely'),
  }
}

/** Draws the next direction to try by the weight of its kind; of one kind, the first. Undefined where none waits. */
export function drawDirection(
  queue: readonly NumberedDirection[],
  weights: Weights,
  random: Random,
): NumberedDirection | undefined {
  const firsts = queue.filter(
    ({ kind }, index) => queue.findIndex((direction) => direction.kind === kind) === index,
  )
  let left = random() * firsts.reduce((sum, { kind }) => sum + weights[kind], 0)
  for (const direction of firsts) {
    left -= weights[direction.kind]
    if (left < 0) return direction
  }
  return firsts.at(-1)
}

/** Gain in standard deviations of a round's noise. */
function rewardOf({ outcome, gain, z }: AttemptRecord): number {
  if (outcome !== 'accepted') return 0
  return Math.min(MOST_REWARD, Math.max(0, z ?? (gain ?? 0) / USUAL_GAIN))
}
