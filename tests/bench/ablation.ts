import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { meanInterval } from '../../src/gate/bootstrap.ts'
import { createRandom } from '../../src/gate/random.ts'
import { mean, median } from '../../src/gate/statistics.ts'
import { renderColumns } from '../../src/text.ts'
import type { Job, Outcome } from './ablation-thread.ts'
import type { Figure, Report } from './figure.ts'

type Off = Job['off']

const ALL_ON: Off = { supervisor: false, ledger: false, lessons: false }
/** All on first: the others are held against it. */
const ARMS: Readonly<Record<string, Off>> = {
  'all on': ALL_ON,
  'no supervisor': { ...ALL_ON, supervisor: true },
  'no ledger': { ...ALL_ON, ledger: true },
  'no lessons': { ...ALL_ON, lessons: true },
  'neither of the two': { ...ALL_ON, ledger: true, lessons: true },
  'all off': { supervisor: true, ledger: true, lessons: true },
}
const SEEDS = 24
/** A run that has found nothing by then counts as one that has found it then. */
const CAPS = { maxEvaluations: 1_000, maxAttempts: 300 } as const

/** Runs of one arm, by seed. */
type Arm = readonly Outcome[]

/**
 * What supervisor, ledger and lessons are worth on a task where small steps lead astray, with everything as a fresh avo.yaml has
 * it: runs of the scorer until the best plan is a version, with all on and with each switched off. The same seeds in all arms.
 */
export async function benchAblation(report: Report): Promise<void> {
  const outcomes = await playAll(report)
  const allOn = outcomes.get('all on') ?? []
  const others = [...outcomes].filter(([, arm]) => arm !== allOn)
  const rows = [...outcomes].map(([name, arm]) => [name, ...describeArm(arm)])
  const header = ['', `found, of ${SEEDS}`, 'runs of the scorer, median', 'mean', 'attempts, median']
  process.stdout.write(`${renderColumns([header, ...rows], [1, 2, 3, 4])}\n`)
  for (const [name, arm] of others) report.figure(compare(name, arm, allOn))
}

/** The runs of every arm share out the cores; arms take turns, so that a load beside them meets all alike. */
async function playAll(report: Report): Promise<ReadonlyMap<string, Outcome[]>> {
  const jobs = Array.from({ length: SEEDS }, (_, index) =>
    Object.entries(ARMS).map(([name, off]) => ({ name, job: { seed: index + 1, off, caps: CAPS } })),
  ).flat()
  const total = jobs.length
  const outcomes = new Map(Object.keys(ARMS).map((name) => [name, new Array<Outcome>(SEEDS)]))
  let done = 0
  const playInTurn = async (): Promise<void> => {
    const thread = new Worker(new URL('ablation-thread.ts', import.meta.url))
    for (let next = jobs.shift(); next !== undefined; next = jobs.shift()) {
      const outcome = await playOne(thread, next.job)
      outcomes.get(next.name)?.splice(next.job.seed - 1, 1, outcome)
      report.progress('ablation', ++done, total)
    }
    await thread.terminate()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, playInTurn))
  return outcomes
}

async function playOne(thread: Worker, job: Job): Promise<Outcome> {
  thread.postMessage(job)
  const [outcome]: Outcome[] = await once(thread, 'message')
  if (outcome === undefined) throw new Error('a thread said nothing')
  return outcome
}

/** A run that found nothing counts with all that it may take: the true figures are larger. */
function describeArm(arm: Arm): readonly string[] {
  const found = arm.filter(({ evaluations }) => evaluations !== null).length
  const costs = arm.map(costOf)
  return [found, median(costs), mean(costs), median(arm.map(({ attempts }) => attempts))].map((figure) =>
    Math.round(figure).toString(),
  )
}

/** The geometric mean of the ratios by seed with its interval, and in how many of the seeds more was needed. */
function compare(name: string, arm: Arm, allOn: Arm): Figure {
  const ratios = arm.map((outcome, index) => Math.log(costOf(outcome) / costOf(allOn[index] ?? outcome)))
  const [low, high] = meanInterval(ratios, createRandom(1)) ?? [Number.NaN, Number.NaN]
  const more = ratios.filter((ratio) => ratio > 0).length
  const factor = (ratio: number): string => Math.exp(ratio).toFixed(2)
  return {
    name: `${name}: runs of the scorer to those with all on [${factor(low)}, ${factor(high)}], more in ${more} of ${SEEDS}`,
    value: `${factor(mean(ratios))} ×`,
    target: 'interval above 1',
    met: low > 0,
  }
}

function costOf({ evaluations }: Outcome): number {
  return evaluations ?? CAPS.maxEvaluations
}
