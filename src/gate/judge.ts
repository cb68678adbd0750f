import type { Better, NotBetter, Verdict } from '../attempt.ts'
import type { Plan, Round, Rules } from '../measurement.ts'
import { renderCount } from '../text.ts'
import { compareExactly, withOwnNoise } from './compare-exactly.ts'
import { compareFew } from './compare-few.ts'
import { confirm } from './confirm.ts'
import { decide, decidedRounds } from './decide.ts'
import { findFailure } from './failures.ts'
import {
  claimedRounds,
  describeGain,
  estimateGain,
  freshRounds,
  heldRounds,
  recordedRounds,
} from './gains.ts'
import { findImplausible, hold } from './hold.ts'
import { configurationChanges, meanScore } from './rounds.ts'
import { screen } from './screen.ts'
import type { Finding, Request, Step } from './step.ts'
import { veto } from './veto.ts'

/** What the rounds so far come to: a verdict, or the round that is missing. */
export type Ruling = Request | { readonly verdict: Verdict }

/** The steps of the gate, in order. A candidate that passes all of them is better. */
const STEPS: Readonly<Record<Plan['kind'], readonly Step[]>> = {
  exact: [compareExactly, hold, veto],
  paired: [screen, decide, confirm, hold, veto],
  unconfirmed: [compareFew, hold, veto],
}

/**
 * The gate, as a pure function: from the rounds that were measured, the verdict or what to measure next. The driver measures
 * and asks again; the journal has the rounds and the rules, so that every verdict can be redone.
 */
export function judge(rounds: readonly Round[], said: Rules): Ruling {
  const rules = withOwnNoise(rounds, said)
  const failure = findFailure(rounds, rules)
  if (failure !== null) return { verdict: failure }
  const finding = findObjection(rounds, rules)
  if (finding === null) return { verdict: accept(rounds, rules) }
  return 'measure' in finding ? finding : { verdict: reject(finding.reject(), rounds, rules) }
}

/** What the first step says that the candidate has not passed; null when it has passed all. */
export function findObjection(rounds: readonly Round[], rules: Rules): Finding {
  for (const step of STEPS[rules.plan.kind]) {
    const finding = step(rounds, rules)
    if (finding !== null) return finding
  }
  return null
}

function reject(reason: string, rounds: readonly Round[], rules: Rules): NotBetter {
  const recorded = recordedRounds(rounds, rules)
  const { gain, interval } = estimateGain(recorded, rules)
  return {
    outcome: 'not-better',
    reason,
    score: meanScore(recorded.map(({ candidate }) => candidate)),
    reference: meanScore(recorded.map(({ reference }) => reference)),
    gain,
    ...(interval === null ? {} : { interval }),
  }
}

function accept(rounds: readonly Round[], rules: Rules): Better {
  const recorded = recordedRounds(rounds, rules)
  const { gain, interval } = estimateGain(recorded, rules)
  const [worst] = configurationChanges(recorded, rules.direction)
  if (worst === undefined) throw new RangeError('a score without configurations')
  return {
    outcome: 'better',
    reason: describeAcceptance(rounds, rules),
    score: meanScore(recorded.map(({ candidate }) => candidate)),
    gain,
    evidence: {
      rounds: [decidedRounds, freshRounds, heldRounds].flatMap((pick) => pick(rounds, rules)).length,
      interval,
      z: rules.sd === null || rules.sd === 0 ? null : Math.log1p(gain) / rules.sd,
      worst,
      held: findImplausible(claimedRounds(rounds, rules), rules),
      unconfirmed: rules.plan.kind === 'unconfirmed',
    },
  }
}

function describeAcceptance(rounds: readonly Round[], rules: Rules): string {
  const recorded = recordedRounds(rounds, rules)
  const measured = `${describeGain(recorded, rules)} against v${rules.best}`
  if (rules.plan.kind === 'exact') return measured
  if (rules.plan.kind === 'unconfirmed')
    return `${measured} in ${renderCount(recorded.length, 'round')}, unconfirmed`
  return `${measured} in ${renderCount(recorded.length, 'fresh round')} after ${decidedRounds(rounds, rules).length}`
}
