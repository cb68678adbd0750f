import { parentPort } from 'node:worker_threads'
import { z } from 'zod'
import { type Caps, type Played, playRun, playTwice } from '../ablation/play-run.ts'

const offSchema = z.strictObject({
  supervisor: z.boolean(),
  ledger: z.boolean(),
  lessons: z.boolean(),
  insights: z.boolean(),
})
const capsSchema = z.object({ maxEvaluations: z.int(), maxAttempts: z.int() })

/** What is to be played, and when it is over: a run with something switched off, or some after another run of the same task. */
const jobSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), seed: z.int(), off: offSchema, caps: capsSchema }),
  z.object({
    kind: z.literal('twice'),
    seed: z.int(),
    firstCaps: capsSchema,
    caps: capsSchema,
    offs: z.array(offSchema),
  }),
])

export type Job = z.infer<typeof jobSchema>

/** What a thread tells of a run that is over. */
export interface Outcome {
  /** Runs of the scorer until the best plan was a version; null where it never was. */
  readonly evaluations: number | null
  /** Runs of the scorer after which it was over in any case. */
  readonly maxEvaluations: number
  readonly attempts: number
}

parentPort?.on('message', async (message) => {
  parentPort?.postMessage(await play(jobSchema.parse(message)))
})

/** One run, or a first and those after it. */
async function play(job: Job): Promise<readonly Outcome[]> {
  if (job.kind === 'run') return [toOutcome(await playRun(job.seed, job.off, job.caps), job.caps)]
  const { first, seconds } = await playTwice(job.seed, job.firstCaps, job.caps, job.offs)
  return [toOutcome(first, job.firstCaps), ...seconds.map((second) => toOutcome(second, job.caps))]
}

function toOutcome({ evaluations, state }: Played, { maxEvaluations }: Caps): Outcome {
  return { evaluations, maxEvaluations, attempts: state.ledger.length }
}
