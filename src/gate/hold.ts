import type { ConfigurationChange, Rules } from '../measurement.ts'
import { scoreOf } from '../score.ts'
import { renderPercent } from '../text.ts'
import { isConfirmed } from './confirm.ts'
import { claimedRounds, describeGain, gainsOf, heldRounds, holdLength } from './gains.ts'
import { configurationChanges, type ScoredRound } from './rounds.ts'
import type { Step } from './step.ts'

/** A configuration that gets more than ten times better in one step. */
const IMPLAUSIBLE_CHANGE = 9

/** The configuration whose gain is hardest to believe, or null where all are plausible. */
export function findImplausible(
  rounds: readonly ScoredRound[],
  { direction, bounds }: Rules,
): ConfigurationChange | null {
  const isPast = (value: number, bound: number): boolean =>
    direction === 'maximize' ? value > bound : value < bound
  const changes = configurationChanges(rounds, direction)
  // The scorer finds the whole hard to believe: then it is what gained most.
  if (rounds.some(({ candidate }) => candidate.implausible !== undefined)) return changes.at(-1) ?? null
  const suspects = changes.filter(({ configuration, change }) => {
    const limit = bounds.find((entry) => entry.configuration === configuration)
    const values = rounds.flatMap(({ candidate }) => scoreOf(candidate, configuration) ?? [])
    return change > IMPLAUSIBLE_CHANGE || (limit && values.some((value) => isPast(value, limit.bound)))
  })
  return suspects.at(-1) ?? null
}

/**
 * A gain that is too good to be believed at once is measured again at length, on new inputs. It may be real, so it is not
 * refused; the commit says that it was held.
 */
export const hold: Step = (rounds, rules) => {
  const { best } = rules
  const claimed = claimedRounds(rounds, rules)
  const implausible = findImplausible(claimed, rules)
  if (implausible === null) return null
  const held = heldRounds(rounds, rules)
  if (held.length < holdLength(rules)) return { measure: 'hold', against: best }
  if (isConfirmed(gainsOf(claimed, rules), gainsOf(held, rules))) return null
  const { configuration, change } = implausible
  return {
    reject: () =>
      `${configuration} seemed to gain ${renderPercent(change)}, which is implausible, and measured again at length it is ${describeGain(held, rules)} over all: not confirmed`,
  }
}
