import { multiplyGains, type Version } from '../lineage.ts'
import type { Round, Rules, SeedComparison } from '../measurement.ts'
import { renderCount, renderGain, renderPercent } from '../text.ts'
import { estimateGain } from './gains.ts'
import { countedRounds, scoredRounds } from './rounds.ts'

/** How much longer than a confirmation the headline of a run is measured. */
const LENGTH = 2
/** How many times the rounds that are wanted are measured at most. */
const PATIENCE = 2
/** Relative difference of exact scores that is only rounding. */
const ROUNDING = 1e-9

/** Whether the rounds suffice, or there have been so many that more would not help. */
export function isEnough(rounds: readonly Round[], rules: Rules): boolean {
  const { kind, confirmRounds } = rules.plan
  const wanted = kind === 'paired' ? LENGTH * confirmRounds : 1
  return countedRounds(rounds, rules, 'compare').length >= wanted || rounds.length >= PATIENCE * wanted
}

/**
 * Small gains can be one gain that was told many times. So the newest version is measured against the seed, and held beside the
 * product of the recorded steps. Errors of the steps add up as squares, and so does that of the direct measurement.
 */
export function compareWithSeed(
  versions: readonly Version[],
  rounds: readonly Round[],
  rules: Rules,
): SeedComparison {
  const steps = versions.slice(1)
  const version = versions.length - 1
  const promised = multiplyGains(steps)
  const compared = countedRounds(rounds, rules, 'compare')
  const counted = compared.length
  if (counted === 0) return { version, gain: null, interval: null, promised, differs: false, counted, rounds }
  const { gain, interval } = estimateGain(compared, rules)
  const errors = [interval, ...steps.map(({ evidence }) => evidence?.interval ?? null)].map(halfWidth)
  const error = Math.hypot(...errors, ROUNDING)
  const isKnown = rules.plan.kind === 'exact' || interval !== null
  const differs = isKnown && Math.abs(Math.log1p(gain) - Math.log1p(promised)) > error
  return { version, gain, interval, promised, differs, counted, rounds }
}

/** The headline of a run in one sentence. */
export function describeComparison({
  version,
  gain,
  interval,
  promised,
  differs,
  counted,
  rounds,
}: SeedComparison): string {
  if (gain === null) return `v${version} and the seed could not be measured against one another`
  const failed = rounds.length - scoredRounds(rounds).length
  const failures = failed === 0 ? '' : ` (${failed} more failed)`
  const measured = `v${version} is ${renderGain(gain, interval)} against the seed, measured directly in ${renderCount(counted, 'round')}${failures}`
  const sum = `the steps multiply to ${renderPercent(promised)}`
  return differs
    ? `${measured}; ${sum}, which differs by more than chance: believe the first`
    : `${measured}; ${sum}`
}

/** Half of an interval's width in logarithms; 0 where there is none. */
function halfWidth(interval: SeedComparison['interval']): number {
  return interval === null ? 0 : (Math.log1p(interval.high) - Math.log1p(interval.low)) / 2
}
