import type { Random } from '../../src/gate/random.ts'
import type { Round, Rules, Stage } from '../../src/measurement.ts'
import { type CorrectScore, geometricMean, type IncorrectScore } from '../../src/score.ts'

/** A correct score with these values of the configurations a, b, c …, or with these names. */
export function scored(...values: readonly number[]): CorrectScore {
  const scores = values.map((value, index) => ({ configuration: String.fromCharCode(97 + index), value }))
  return { correct: true, value: geometricMean(values), scores }
}

export function failed(failure: IncorrectScore['failure'] = 'crash'): IncorrectScore {
  return { correct: false, failure, reason: `it failed: ${failure}` }
}

/** A round in which each configuration of the candidate is better by a factor; 1 each where none is given. */
export function round(stage: Stage, factors: readonly number[], changes: Partial<Round> = {}): Round {
  return {
    stage,
    against: 3,
    candidate: scored(...factors),
    reference: scored(...factors.map(() => 1)),
    first: 'candidate',
    durationMs: 10,
    ...changes,
  }
}

/** Rounds of one configuration with these gains. */
export function roundsOf(stage: Stage, ...gains: readonly number[]): readonly Round[] {
  return gains.map((gain) => round(stage, [1 + gain]))
}

/** The usual rules, for one configuration that has its best score in the best version, v3. */
export function rules(changes: Partial<Rules> = {}): Rules {
  return {
    best: 3,
    direction: 'maximize',
    accept: 'improvement',
    plan: { kind: 'paired', maxRounds: 30, confirmRounds: 5 },
    alpha: 0.02,
    floor: 0.005,
    sd: 0.01,
    drift: null,
    limits: [{ configuration: 'a', loss: 0.03, medianLoss: 0.03, record: 3, lead: 0 }],
    bounds: [],
    seed: 1,
    ...changes,
  }
}

/** A number of the standard normal distribution (Box & Muller, 1958). */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
