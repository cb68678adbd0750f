import type { Calibration, Interval, Round, Rules } from '../measurement.ts'
import { type CorrectScore, logGain, type Score } from '../score.ts'
import { renderCount, renderPercent, renderSize } from '../text.ts'
import { noiseOfMean } from './bootstrap.ts'
import { detectableEffect, noiseRounds } from './calibration.ts'
import { medianRoundMs } from './plan.ts'
import { createRandom } from './random.ts'
import { isScored, meanScore, roundGain, type ScoredRound } from './rounds.ts'

/** What the agent is told about its work: a few rounds, which count for nothing at the gate. */
export interface Preview {
  readonly score: Score
  /** The best version's score in the same rounds. */
  readonly reference: CorrectScore
  readonly rounds: readonly Round[]
  /** What the noise makes of so few rounds; absent where the scorer is exact, or its noise unknown. */
  readonly doubt?: {
    readonly interval: Interval
    readonly isWithinNoise: boolean
    /** The smallest gain that so many rounds show, as a fraction. */
    readonly detectable: number
  }
}

const QUICK_ROUND_MS = 4_000
const QUICK_ROUNDS = 3
const LEVEL = 0.95

/** Rounds that the agent gets for the asking: more where they are cheap. */
export function previewRounds({ plan }: Rules, calibration: Calibration | null): number {
  const isQuick = calibration !== null && medianRoundMs(calibration) < QUICK_ROUND_MS
  return plan.kind === 'paired' && isQuick ? QUICK_ROUNDS : 1
}

/**
 * Measures until there are so many rounds or the candidate has failed. Throws where the best version fails twice: that says
 * nothing about the candidate.
 */
export async function measurePreview(
  count: number,
  best: CorrectScore,
  measure: () => Promise<Round>,
): Promise<Preview> {
  const rounds: Round[] = []
  const scored: ScoredRound[] = []
  let failures = 0
  while (scored.length < count) {
    const round = await measure()
    rounds.push(round)
    if (isScored(round)) scored.push(round)
    else if (round.reference.correct) return { score: round.candidate, reference: best, rounds }
    else if (++failures > 1)
      throw new Error(
        `the best version failed in the same rounds, so nothing can be said about yours: ${round.reference.reason}`,
      )
  }
  return {
    score: meanScore(scored.map(({ candidate }) => candidate)),
    reference: meanScore(scored.map(({ reference }) => reference)),
    rounds,
  }
}

/** What can be said about a preview with the noise that was measured. */
export function weighPreview(preview: Preview, calibration: Calibration | null, rules: Rules): Preview {
  const { score, reference, rounds } = preview
  if (!score.correct || rules.plan.kind !== 'paired' || rules.sd === null || calibration === null)
    return preview
  const { direction, sd, seed } = rules
  const count = rounds.filter(isScored).length
  const noise = noiseRounds(calibration)?.rounds.map((round) => roundGain(round, direction)) ?? []
  const reach = noiseOfMean(noise, count, LEVEL, createRandom(seed))
  const gain = logGain(score.value, reference.value, direction)
  return {
    ...preview,
    doubt: {
      interval: { low: Math.expm1(gain - reach), high: Math.expm1(gain + reach) },
      isWithinNoise: Math.abs(gain) <= reach,
      detectable: detectableEffect(sd, count),
    },
  }
}

/**
 * How far the agent can trust the gain of a preview, to be put behind it:
 * ` [-0.6%, +1.5%], 3 rounds: within noise; can detect 1.1%`.
 */
export function describeDoubt({ score, rounds, doubt }: Preview): string {
  const counted = renderCount(rounds.filter(isScored).length, 'round')
  const isExact = rounds.every(({ first }) => first === null)
  if (!score.correct || isExact) return ''
  if (doubt === undefined) return `, ${counted}; the noise is unknown`
  const { interval, isWithinNoise, detectable } = doubt
  const range = `[${renderPercent(interval.low)}, ${renderPercent(interval.high)}]`
  return ` ${range}, ${counted}${isWithinNoise ? ': within noise' : ''}; can detect ${renderSize(detectable)}`
}
