import type { Interval, Round, Rules } from '../measurement.ts'
import { renderGain } from '../text.ts'
import { meanInterval } from './bootstrap.ts'
import { createRandom } from './random.ts'
import { countedRounds, roundGain, type ScoredRound } from './rounds.ts'
import { mean, median } from './statistics.ts'

/** The rounds that a decision is sought with. */
export function openingRounds(rounds: readonly Round[], rules: Rules): readonly ScoredRound[] {
  return countedRounds(rounds, rules, 'exact', 'single', 'screen', 'decide')
}

/**
 * The fresh rounds that confirm it: of a number that was fixed before, and as many again where those are of two minds, so that a
 * single round that is far off neither takes a gain away nor makes one.
 */
export function freshRounds(rounds: readonly Round[], rules: Rules): readonly ScoredRound[] {
  return countedRounds(rounds, rules, 'confirm').slice(0, freshLength(rounds, rules))
}

/** How many that are. */
export function freshLength(rounds: readonly Round[], rules: Rules): number {
  const { confirmRounds } = rules.plan
  const first = countedRounds(rounds, rules, 'confirm').slice(0, confirmRounds)
  return first.length === confirmRounds && areOfTwoMinds(gainsOf(first, rules))
    ? 2 * confirmRounds
    : confirmRounds
}

/** Whether mean and median differ by more than half of the larger one. */
function areOfTwoMinds(gains: readonly number[]): boolean {
  const [one, other] = [mean(gains), median(gains)]
  return Math.abs(one - other) > Math.max(Math.abs(one), Math.abs(other)) / 2
}

/** The rounds of a held candidate, as many as it gets. */
export function heldRounds(rounds: readonly Round[], rules: Rules): readonly ScoredRound[] {
  return countedRounds(rounds, rules, 'hold').slice(0, holdLength(rules))
}

/** Rounds that a held candidate gets: twice as many as confirm another. */
export function holdLength({ plan }: Rules): number {
  return plan.kind === 'exact' ? 2 : 2 * plan.confirmRounds
}

/** What a candidate claims to gain: its fresh rounds; where the plan has none, those before. */
export function claimedRounds(rounds: readonly Round[], rules: Rules): readonly ScoredRound[] {
  const fresh = freshRounds(rounds, rules)
  return fresh.length > 0 ? fresh : openingRounds(rounds, rules)
}

/**
 * The rounds that a gain is taken from: those that were measured last and for that. They are never pooled with the ones before,
 * which were stopped because they looked good.
 */
export function recordedRounds(rounds: readonly Round[], rules: Rules): readonly ScoredRound[] {
  const held = heldRounds(rounds, rules)
  return held.length > 0 ? held : claimedRounds(rounds, rules)
}

/** d_r of each round. */
export function gainsOf(rounds: readonly ScoredRound[], { direction }: Rules): readonly number[] {
  return rounds.map((round) => roundGain(round, direction))
}

/** The mean gain over some rounds, as a fraction, with its interval; none for an exact comparison or a single round. */
export function estimateGain(
  rounds: readonly ScoredRound[],
  rules: Rules,
): { readonly gain: number; readonly interval: Interval | null } {
  const gains = gainsOf(rounds, rules)
  const range = rules.plan.kind === 'exact' ? null : meanInterval(gains, createRandom(rules.seed))
  const interval = range && { low: Math.expm1(range[0]), high: Math.expm1(range[1]) }
  return { gain: Math.expm1(mean(gains)), interval }
}

/** The same in words: `+3.4% [+2.1%, +4.6%]`. */
export function describeGain(rounds: readonly ScoredRound[], rules: Rules): string {
  const { gain, interval } = estimateGain(rounds, rules)
  return renderGain(gain, interval)
}
