import { randomUUID } from 'node:crypto'
import type { Version } from '../lineage.ts'
import type { Round, Stage } from '../measurement.ts'
import type { Score } from '../score.ts'
import type { Random } from './random.ts'

/** f, for the gate: scores a tree on inputs that are made from a secret; the same secret gives the same inputs. */
export type Measure = (tree: string, inputs: string, signal: AbortSignal, stage: Stage) => Promise<Score>

/** Who is measured against which version, and why. */
export interface Pairing {
  readonly stage: Stage
  /** The candidate's tree. */
  readonly tree: string
  readonly against: Pick<Version, 'number' | 'tree' | 'score'>
}

/** Measures both on the same fresh inputs, one right after the other, in an order by lot: neither place nor hour favours one. */
export async function measureRound(
  { stage, tree, against }: Pairing,
  measure: Measure,
  random: Random,
  signal: AbortSignal,
): Promise<Round> {
  const inputs = randomUUID()
  const first = random() < 0.5 ? 'candidate' : 'reference'
  const startedAt = performance.now()
  const early = await measure(first === 'candidate' ? tree : against.tree, inputs, signal, stage)
  const late = await measure(first === 'candidate' ? against.tree : tree, inputs, signal, stage)
  const [candidate, reference] = first === 'candidate' ? [early, late] : [late, early]
  const durationMs = Math.round(performance.now() - startedAt)
  return {
    stage,
    against: against.number,
    candidate,
    reference: withoutRemarks(reference),
    first,
    durationMs,
  }
}

/** Measures the candidate alone, where the version's score would be the same as the lineage has it. */
export async function measureAlone(
  { stage, tree, against }: Pairing,
  measure: Measure,
  signal: AbortSignal,
): Promise<Round> {
  const startedAt = performance.now()
  const candidate = await measure(tree, randomUUID(), signal, stage)
  const durationMs = Math.round(performance.now() - startedAt)
  const reference = withoutRemarks(against.score)
  return { stage, against: against.number, candidate, reference, first: null, durationMs }
}

/** What the scorer says about a version besides its score was recorded when it was accepted. */
function withoutRemarks(score: Score): Score {
  if (!score.correct) return score
  const { value, scores, holdout } = score
  return { correct: true, value, scores, ...(holdout && { holdout }) }
}
