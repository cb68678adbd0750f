import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { playRun } from '../ablation/play-run.ts'

/** A run to be played: the seed, and what is switched off. */
export const jobSchema = z.object({
  seed: z.int(),
  off: z.object({ supervisor: z.boolean(), ledger: z.boolean(), lessons: z.boolean() }),
  maxEvaluations: z.int(),
  maxAttempts: z.int(),
})

/** What a thread tells of a run that is over. */
export interface Outcome {
  /** Runs of the scorer until the best plan was a version; null where it never was. */
  readonly evaluations: number | null
  readonly attempts: number
}

const { seed, off, maxEvaluations, maxAttempts } = jobSchema.parse(workerData)
const { evaluations, state } = await playRun(seed, off, { maxEvaluations, maxAttempts })
parentPort?.postMessage({ evaluations, attempts: state.ledger.length } satisfies Outcome)
