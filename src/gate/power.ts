import type { Calibration, Round, Rules, Stage } from '../measurement.ts'
import { geometricMean } from '../score.ts'
import { noiseRounds } from './calibration.ts'
import { findObjection } from './judge.ts'
import type { Random } from './random.ts'
import { configurationGain, type ScoredRound } from './rounds.ts'

const PLAYS = 200
/** Part of the candidates that must be accepted for their gain to count as seen. */
const SEEN = 0.8
const STEPS = 8

/**
 * The part of candidates with a true gain (a logarithm) in every configuration that the gate accepts: it is played over rounds
 * drawn from the calibration, either copy in either place, with the gain added. No distribution is assumed.
 */
export function acceptanceRate(
  gain: number,
  calibration: Calibration,
  rules: Rules,
  random: Random,
  plays = PLAYS,
): number {
  const noise = noiseRounds(calibration)?.rounds ?? []
  const accepted = Array.from({ length: plays }, () => play(gain, noise, { ...rules, drift: null }, random))
  return accepted.filter(Boolean).length / plays
}

/** The smallest gain that the gate accepts four times out of five, as a fraction; found by halving the range it lies in. */
export function smallestSeenGain(calibration: Calibration, rules: Rules, random: Random): number {
  let [low, high] = [0, 4 * Math.max(rules.sd ?? 0, rules.floor)]
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2
    if (acceptanceRate(middle, calibration, rules, random) >= SEEN) high = middle
    else low = middle
  }
  return Math.expm1(high)
}

function play(gain: number, noise: readonly ScoredRound[], rules: Rules, random: Random): boolean {
  const rounds: Round[] = []
  for (;;) {
    const finding = findObjection(rounds, rules)
    if (finding === null) return true
    if ('reject' in finding) return false
    rounds.push(drawRound(gain, noise, finding.measure, finding.against, rules, random))
  }
}

function drawRound(
  gain: number,
  noise: readonly ScoredRound[],
  stage: Stage,
  against: number,
  { direction }: Rules,
  random: Random,
): Round {
  const drawn = noise[Math.floor(random() * noise.length)]
  if (drawn === undefined) throw new RangeError('the calibration has no rounds')
  const sign = random() < 0.5 ? -1 : 1
  const turn = direction === 'maximize' ? 1 : -1
  const scores = drawn.reference.scores.map(({ configuration, value }) => {
    const difference = sign * configurationGain(drawn, configuration, direction)
    return { configuration, value: value * Math.exp(turn * (gain + difference)) }
  })
  const value = geometricMean(scores.map((score) => score.value))
  return { ...drawn, stage, against, candidate: { correct: true, value, scores } }
}
