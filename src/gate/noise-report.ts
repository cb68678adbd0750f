import type { Calibration, Plan, Rules } from '../measurement.ts'
import { renderCount, renderSize } from '../text.ts'
import { detectableEffect, isDeterministic, measureNoise, type Noise } from './calibration.ts'
import { medianRoundMs } from './plan.ts'
import { smallestSeenGain } from './power.ts'
import { createRandom } from './random.ts'

/** Gains that a search finds are mostly smaller than this: a gate that can't see them is of little use. */
const TOO_NOISY = 0.05
const ROUNDS_SHOWN = [1, 3, 5, 10, 20, 30] as const

/** What a calibration says about a scorer on a machine. */
export interface NoiseReport {
  readonly scorer: string
  readonly machine: string
  readonly rounds: number
  /** Median. */
  readonly roundMs: number
  readonly isDeterministic: boolean
  /** How candidates are measured with this scorer. */
  readonly plan: Plan
  /** Null where it was not measured. */
  readonly noise: Noise | null
  /** The smallest gain, as a fraction, that so many rounds tell from none; none where the noise is unknown or nil. */
  readonly detectable: readonly { readonly rounds: number; readonly gain: number }[]
  /** The smallest gain that the whole gate accepts four times out of five; null where it measures no noise. */
  readonly seen: number | null
}

/** Works out what a calibration says, with the rules that follow from it. */
export function reportNoise(calibration: Calibration, rules: Rules): NoiseReport {
  const { scorer, machine, rounds } = calibration
  const noise = measureNoise(calibration, rules.direction, createRandom(rules.seed))
  const isMeasured = noise !== null && rules.plan.kind === 'paired'
  return {
    scorer,
    machine,
    rounds: rounds.length,
    roundMs: medianRoundMs(calibration),
    isDeterministic: isDeterministic(calibration),
    plan: rules.plan,
    noise,
    detectable:
      noise === null || noise.sd === 0
        ? []
        : ROUNDS_SHOWN.map((count) => ({ rounds: count, gain: detectableEffect(noise.sd, count) })),
    seen: isMeasured ? smallestSeenGain(calibration, rules, createRandom(rules.seed)) : null,
  }
}

/** What it comes to, in one sentence for the log. */
export function describeNoise({ isDeterministic, plan, noise, seen }: NoiseReport): string {
  if (plan.kind === 'exact')
    return `the scorer ${isDeterministic ? 'gives' : 'does not give'} the same score every time: one run decides${isDeterministic ? '' : ', as gate.policy says'}`
  if (noise === null || seen === null)
    return `${renderCount(plan.maxRounds, 'round')} for a verdict: that proves nothing, and versions are marked as unconfirmed`
  return `two copies of the same files differ by ${renderSize(Math.expm1(noise.sd))} a round (standard deviation): a gain must be above ${renderSize(Math.expm1(noise.floor))} to count, and one of ${renderSize(seen)} is seen four times out of five`
}

/** What the person should change; null where the noise leaves gains to be seen. */
export function describeRemedy({ noise, seen }: NoiseReport): string | null {
  if (noise === null || seen === null || seen <= TOO_NOISY) return null
  const loudest = noise.configurations.toSorted((a, b) => b.sd - a.sd)[0]
  const where =
    loudest === undefined
      ? ''
      : ` The noisiest configuration is ${loudest.configuration} (${renderSize(Math.expm1(loudest.sd))} a round).`
  return `the scorer is too noisy: gains below ${renderSize(seen)} are lost in it.${where} Let each sample do more work, take the best of several samples inside the scorer, leave the machine to the run alone, or raise gate.max_rounds.`
}
