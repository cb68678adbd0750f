import type { Random } from '../../src/gate/random.ts'
import type { Round, Rules, Stage } from '../../src/measurement.ts'
import { type CorrectScore, geometricMean, type IncorrectScore } from '../../src/score.ts'
import type { DemoChange } from './demo-task.ts'

/** What the demonstration's scorer says of a seed, in GFLOP/s. */
const CONFIGURATIONS = [
  ['n = 128', 6.1],
  ['n = 512', 3.9],
  ['n = 1024', 2.4],
  ['n = 2048', 1.7],
] as const

export const SEED_SPEEDS: readonly number[] = CONFIGURATIONS.map(([, speed]) => speed)
export const SCORER = `sha256:${'4c1f'.repeat(16)}`
/** Standard deviation of a round's log gain. */
export const NOISE = 0.015

export const RULES: Omit<Rules, 'best'> = {
  direction: 'maximize',
  accept: 'improvement',
  plan: { kind: 'paired', maxRounds: 30, confirmRounds: 5 },
  alpha: 0.02,
  floor: 0.01,
  sd: NOISE,
  drift: 0.05,
  limits: [],
  bounds: [],
  seed: 1,
}

/** What becomes of an attempt. */
export type DemoOutcome = 'better' | 'worse' | 'incorrect' | 'timeout' | 'stalled'

/** The demonstration's scorer: true speeds, times what the noise makes of them. */
export interface DemoScorer {
  measure(speeds: readonly number[]): CorrectScore
  round(stage: Stage, against: number, candidate: readonly number[], reference: readonly number[]): Round
  fail(kind: 'incorrect' | 'timeout', attempt: number): IncorrectScore
}

export function createDemoScorer(random: Random): DemoScorer {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const measure = (speeds: readonly number[]): CorrectScore => {
    const scores = CONFIGURATIONS.map(([configuration], index) => ({
      configuration,
      value: (speeds[index] ?? 1) * Math.exp(NOISE * Math.SQRT1_2 * normal()),
    }))
    return { correct: true, value: geometricMean(scores.map(({ value }) => value)), scores }
  }
  return {
    measure,
    round: (stage, against, candidate, reference) => ({
      stage,
      against,
      candidate: measure(candidate),
      reference: measure(reference),
      first: random() < 0.5 ? 'candidate' : 'reference',
      durationMs: 4_200 + 800 * random(),
    }),
    fail: (kind, attempt) =>
      kind === 'timeout'
        ? { correct: false, failure: 'timeout', reason: 'n = 2048: it was ended after 60 s' }
        : {
            correct: false,
            failure: 'incorrect',
            reason: `n = 1024: the entry at row ${attempt % 97}, column 3 is off by 4.1e-3`,
            output: 'max abs error 4.1e-3, allowed 1e-9',
          },
  }
}

/** How fast a change makes what is there: larger matrices gain more. */
export function speedsAfter(
  best: readonly number[],
  change: DemoChange,
  outcome: DemoOutcome,
  random: Random,
): readonly number[] {
  if (outcome === 'better')
    return best.map((speed, index) => speed * (1 + change.gain) ** (0.7 + 0.2 * index))
  const factor = 1.002 - 0.35 * random() ** 3
  return best.map((speed) => speed * factor)
}
