import type { Calibration, Round } from '../measurement.ts'
import type { Direction } from '../score.ts'
import { noiseOfMean } from './bootstrap.ts'
import type { Random } from './random.ts'
import { configurationGain, countedRounds, roundGain, type ScoredRound, scoredRounds } from './rounds.ts'
import { mean, median, quantile, standardDeviation } from './statistics.ts'

/** Rounds between two copies of one version that are measured to know the noise. */
export const CALIBRATION_ROUNDS = 10
/** Rounds after which a machine that has no rest is taken as it is. */
const PATIENCE = 30
/** Standard deviations by which a score changes when something else begins to use the machine. */
const UNREST = 4
/** From the median of normal deviations to their standard deviation. */
const NORMAL_MEDIAN = 1.4826
/** Rounds whose mean the floor is for: as many as confirm a gain. */
const FLOOR_ROUNDS = 5
/** The part of all cases in which noise stays below the floor. */
const LEVEL = 0.95
/** Normal quantiles of a chance of 2% to be fooled and of 80% to see what is there: 2.05 + 0.84. */
const DETECTABLE = 2.9
/** Standard errors past which two copies of one version are not the same to the scorer. */
const BIAS = 3

/** What is known about a scorer's noise. */
export interface Noise {
  /** Standard deviation of a round's log gain between two copies of one version: sd0. */
  readonly sd: number
  /** Logarithm of the gain below which a mean of five rounds is noise. */
  readonly floor: number
  /** How much (a logarithm) a version's score may change from one round to the next; null where the machine has no rest. */
  readonly drift: number | null
  /** Spread and floor of each configuration by itself, in the order of the scores. */
  readonly configurations: readonly {
    readonly configuration: string
    readonly sd: number
    readonly floor: number
    /** The floor of a median instead of a mean: a single score that is far off does not raise it. */
    readonly medianFloor: number
  }[]
}

/** Whether a scorer gives the same score every time: at least three scores of one version, the same to the last digit. */
export function isDeterministic({ rounds }: Pick<Calibration, 'rounds'>): boolean {
  const scores = scoredRounds(rounds)
    .flatMap(({ candidate, reference }) => [candidate, reference])
    .map(({ scores }) => JSON.stringify(scores))
  return scores.length >= 3 && new Set(scores).size === 1
}

/**
 * The rounds that say how noisy a scorer is, and how much a version's score may drift between them; null while there are too few.
 * Rounds in which the machine had no rest do not count. Where it hardly ever has, its unrest is the noise, and all count.
 */
export function noiseRounds({ rounds }: Pick<Calibration, 'rounds'>): {
  readonly rounds: readonly ScoredRound[]
  readonly drift: number | null
} | null {
  const drift = measureDrift(rounds)
  const counted = countedRounds(rounds, { drift }, 'calibrate')
  if (counted.length >= CALIBRATION_ROUNDS) return { rounds: counted, drift }
  return rounds.length >= PATIENCE ? { rounds: scoredRounds(rounds), drift: null } : null
}

/** How much both copies' scores mostly change from one round to the next, and a good deal more. */
function measureDrift(rounds: readonly Round[]): number {
  const scored = scoredRounds(rounds)
  const changes = scored.slice(1).flatMap((round, index) => {
    const before = scored[index] ?? round
    return [round.candidate.value / before.candidate.value, round.reference.value / before.reference.value]
  })
  const sizes = changes.map((ratio) => Math.abs(Math.log(ratio))).toSorted((a, b) => a - b)
  if (sizes.length === 0) return 0
  return UNREST * (NORMAL_MEDIAN * quantile(sizes, 0.5) || spread(sizes))
}

/** What the rounds between two copies of one version say about the noise; null where there are too few of them. */
export function measureNoise(calibration: Calibration, direction: Direction, random: Random): Noise | null {
  const measured = noiseRounds(calibration)
  if (measured === null) return null
  const { rounds, drift } = measured
  const { scores = [], holdout = [] } = rounds[0]?.candidate ?? {}
  const names = [...scores, ...holdout].map(({ configuration }) => configuration)
  const gains = rounds.map((round) => roundGain(round, direction))
  // Each configuration can be unlucky by itself, so the chance of it is shared out among them.
  const level = 1 - (1 - LEVEL) / Math.max(1, names.length)
  return {
    sd: spread(gains),
    floor: noiseOfMean(gains, FLOOR_ROUNDS, LEVEL, random),
    drift,
    configurations: names.map((configuration) => {
      const own = rounds.map((round) => configurationGain(round, configuration, direction))
      return {
        configuration,
        sd: spread(own),
        floor: noiseOfMean(own, FLOOR_ROUNDS, level, random),
        medianFloor: noiseOfMean(own, FLOOR_ROUNDS, level, random, median),
      }
    }),
  }
}

/** Standard deviation around zero, which is the mean of what two copies of one version differ by. */
function spread(gains: readonly number[]): number {
  return Math.sqrt(mean(gains.map((gain) => gain ** 2)))
}

/**
 * The smallest gain that so many rounds tell from none four times out of five, at a chance of 2% to be fooled: 2.90·sd0/√n, as
 * a fraction.
 */
export function detectableEffect(sd: number, rounds: number): number {
  return Math.expm1((DETECTABLE * sd) / Math.sqrt(rounds))
}

/**
 * By how much, as a fraction, one copy of a version seems better than the other; null where that is within three standard
 * errors. A scorer with a bias measures the place or the order and not the code.
 */
export function findBias(gains: readonly number[]): number | null {
  const average = mean(gains)
  const error = standardDeviation(gains) / Math.sqrt(gains.length)
  return Math.abs(average) > BIAS * error ? Math.expm1(average) : null
}
