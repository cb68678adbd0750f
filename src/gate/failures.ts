import type { Indecisive, NotBetter } from '../attempt.ts'
import type { Round, Rules } from '../measurement.ts'
import type { IncorrectScore } from '../score.ts'
import { countedRounds, scoredRounds } from './rounds.ts'

/**
 * What went wrong, if anything did that ends it. A round that went wrong is repeated for both, once: a candidate that fails again
 * is incorrect, and so is one that answered, but wrongly. Where the version fails that it is measured against, or the machine
 * finds no rest, nothing can be said.
 */
export function findFailure(rounds: readonly Round[], rules: Rules): NotBetter | Indecisive | null {
  return findIncorrect(rounds) ?? findBroken(rounds) ?? findUnrest(rounds, rules)
}

function findIncorrect(rounds: readonly Round[]): NotBetter | null {
  const failures = rounds.flatMap(({ candidate, reference }) =>
    candidate.correct || !reference.correct ? [] : [candidate],
  )
  const score = failures.find(isWrongAnswer) ?? failures[1]
  return score === undefined ? null : { outcome: 'not-better', reason: score.reason, score, gain: null }
}

function isWrongAnswer({ failure }: IncorrectScore): boolean {
  return failure === 'incorrect' || failure === 'invalid-scores'
}

function findBroken(rounds: readonly Round[]): Indecisive | null {
  const [first, again] = rounds.flatMap(({ reference }) => (reference.correct ? [] : [reference]))
  if (first === undefined || again === undefined) return null
  return undecided(`the version that it is measured against failed twice: ${first.reason}; ${again.reason}`)
}

function findUnrest(rounds: readonly Round[], rules: Rules): Indecisive | null {
  const scored = scoredRounds(rounds)
  const counted = countedRounds(rounds, rules, ...scored.map(({ stage }) => stage))
  const lost = scored.length - counted.length
  if (lost <= rules.plan.maxRounds) return null
  return undecided(`in ${lost} of ${scored.length} rounds something else used the machine`)
}

function undecided(reason: string): Indecisive {
  return { outcome: 'indecisive', reason, score: null, gain: null }
}
