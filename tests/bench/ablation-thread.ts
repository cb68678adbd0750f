import { parentPort } from 'node:worker_threads'
import { z } from 'zod'
import { playRun } from '../ablation/play-run.ts'

/** A run to be played: the seed, what is switched off, and when it is over. */
const jobSchema = z.object({
  seed: z.int(),
  off: z.object({ supervisor: z.boolean(), ledger: z.boolean(), lessons: z.boolean() }),
  caps: z.object({ maxEvaluations: z.int(), maxAttempts: z.int() }),
})

export type Job = z.infer<typeof jobSchema>

/** What a thread tells of a run that is over. */
export interface Outcome {
  /** Runs of the scorer until the best plan was a version; null where it never was. */
  readonly evaluations: number | null
  readonly attempts: number
}

parentPort?.on('message', async (job) => {
  const { seed, off, caps } = jobSchema.parse(job)
  const { evaluations, state } = await playRun(seed, off, caps)
  parentPort?.postMessage({ evaluations, attempts: state.ledger.length } satisfies Outcome)
})
