import { renderCount } from '../text.ts'
import { decidedRounds } from './decide.ts'
import { describeGain, freshLength, freshRounds, gainsOf } from './gains.ts'
import { mean, median } from './statistics.ts'
import type { Step } from './step.ts'

/** Part of the first gain that must be there again. */
const LEAST_PART = 1 / 4

/**
 * Whether a gain that is measured again is still there: above zero, and not a mere shadow of what it was. One round that was
 * far off at first is not held against it.
 */
export function isConfirmed(first: readonly number[], again: readonly number[]): boolean {
  return mean(again) > 0 && mean(again) >= Math.min(mean(first), median(first)) * LEAST_PART
}

/**
 * What was stopped because it looked good looks better than it is. Fresh rounds tell how good it really is; the
 * recorded gain is theirs.
 */
export const confirm: Step = (rounds, rules) => {
  const { best } = rules
  const fresh = freshRounds(rounds, rules)
  if (fresh.length < freshLength(rounds, rules)) return { measure: 'confirm', against: best }
  const decided = decidedRounds(rounds, rules)
  if (isConfirmed(gainsOf(decided, rules), gainsOf(fresh, rules))) return null
  return {
    reject: () =>
      `${describeGain(decided, rules)} against v${best} at first, ${describeGain(fresh, rules)} in ${renderCount(fresh.length, 'fresh round')}: not confirmed`,
  }
}
