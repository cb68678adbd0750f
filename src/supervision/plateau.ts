import { measureNoise } from '../gate/calibration.ts'
import type { GateSettings } from '../gate/plan.ts'
import { createRandom } from '../gate/random.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'
import { type Direction, logGain } from '../score.ts'
import { LEAST_GAIN } from '../state/redirection.ts'
import { renderPercent } from '../text.ts'
import type { Sign } from './sign.ts'

/** What is left to gain below which there is nothing left that a noisy scorer would show, as a logarithm. */
const HEADROOM = 0.01

/**
 * The last versions together have gained next to nothing: on average less than what two copies of one version differ by (the
 * noise floor), where that is known.
 */
export function findPlateau(state: RunState, window: number, direction: Direction): Sign | null {
  const { redirection, segmentBase } = state
  const versions = state.versions.slice(segmentBase + 1)
  const sinceSpoken = state.versions.length - (redirection.interventions.at(-1)?.versions ?? 0)
  if (versions.length < window || sinceSpoken < window) return null
  const gain = multiplyGains(versions.slice(-window))
  const floor = noiseFloor(state, direction)
  const least = floor > 0 ? Math.expm1(window * floor) : LEAST_GAIN
  if (gain >= least) return null
  const explained = floor > 0 ? `, which the noise explains up to ${renderPercent(least)}` : ''
  return {
    kind: 'plateau',
    message: `the last ${window} versions together gained ${renderPercent(gain)}${explained}`,
  }
}

/** Logarithm of the gain below which a verdict is noise; 0 where nobody knows. */
function noiseFloor({ calibration }: RunState, direction: Direction): number {
  return calibration === null ? 0 : (measureNoise(calibration, direction, createRandom(1))?.floor ?? 0)
}

/**
 * The best version is as good as the task says that a solution can be, in every configuration: all but, where there is noise,
 * and to the last digit, where there is none.
 */
export function findHeadroom(
  state: RunState,
  bound: GateSettings['bound'],
  direction: Direction,
): Sign | null {
  const best = state.versions.at(-1)
  if (best === undefined || bound === undefined) return null
  const left = best.score.scores.map(({ configuration, value }) => {
    const limit = typeof bound === 'number' ? bound : bound[configuration]
    return limit === undefined ? Number.POSITIVE_INFINITY : logGain(limit, value, direction)
  })
  const most = Math.max(...left)
  if (most > 0 && (most >= HEADROOM || noiseFloor(state, direction) === 0)) return null
  return {
    kind: 'headroom',
    message: `v${best.number} is within ${renderPercent(Math.max(0, Math.expm1(most)))} of gate.bound in every configuration`,
  }
}
