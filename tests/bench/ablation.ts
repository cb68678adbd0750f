import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Arm, compareArms, renderArms } from './ablation-arms.ts'
import type { Job, Outcome } from './ablation-thread.ts'
import type { Report } from './figure.ts'

/** For ledger and lessons, whose worth is small enough to need them. */
const SEEDS = 200
/** For what is of less weight. */
const FEWER_SEEDS = 100
/** For arms that take so long that fewest are enough. */
const FEWEST_SEEDS = 40
/** None of these was played while the task, the model and what is measured were made. */
const FIRST_SEED = 501

const ON = { supervisor: false, ledger: false, lessons: false, insights: false }
const [ALL, NO_LEDGER] = ['all on', 'no ledger']
/** What is switched off, for how many seeds, and what it is held against. */
const ARMS = {
  [ALL]: { off: ON, seeds: SEEDS, against: [] },
  'no supervisor': { off: { ...ON, supervisor: true }, seeds: FEWEST_SEEDS, against: [ALL] },
  [NO_LEDGER]: { off: { ...ON, ledger: true }, seeds: SEEDS, against: [ALL] },
  'no lessons': { off: { ...ON, lessons: true }, seeds: SEEDS, against: [ALL] },
  'lessons, no insights': { off: { ...ON, insights: true }, seeds: FEWER_SEEDS, against: [ALL] },
  'neither of the two': {
    off: { ...ON, ledger: true, lessons: true },
    seeds: FEWER_SEEDS,
    against: [NO_LEDGER, ALL],
  },
  'all off': {
    off: { ...ON, supervisor: true, ledger: true, lessons: true },
    seeds: FEWEST_SEEDS,
    against: [ALL],
  },
}
/** The same for the second night of a task, with the lessons of the first. */
const [SECOND, FIRST] = ['second run, all on', 'first run, to 200']
const SECOND_ARMS = {
  [SECOND]: { off: ON, seeds: FEWER_SEEDS },
  'second run, no supervisor': { off: { ...ON, supervisor: true }, seeds: FEWEST_SEEDS },
  'second run, no ledger': { off: { ...ON, ledger: true }, seeds: FEWER_SEEDS },
  'second run, no lessons': { off: { ...ON, lessons: true }, seeds: FEWER_SEEDS },
}
/** A run that has found nothing by then counts as one that has found it then. */
const CAPS = { maxEvaluations: 1_000, maxAttempts: 300 }
/** Of a run that leaves its lessons to the next. */
const FIRST_CAPS = { ...CAPS, maxEvaluations: 200 }

/** A job, and the arms that its outcomes belong to. */
interface Task {
  readonly job: Job
  readonly arms: readonly string[]
}

/**
 * What supervisor, ledger and lessons are worth on a task where small steps lead astray, with everything as a fresh avo.yaml has
 * it: runs of the scorer until the best plan is a version, with all on and with each switched off, for the same seeds. Then the same
 * where a run of 200 went before, whose lessons are carried over, because lessons are also for the next run of a task; the
 * model of the second run is seeded otherwise than the first's.
 *
 * Ledger and lessons know the same of each attempt, and the model asks both; what lessons have beside that is the page of insights that
 * is drawn from them, which one arm goes without.
 *
 * How many seeds and which was fixed before any of them was played, and there are no more after a look at the figures. Four earlier
 * runs of this bench showed defects that were mended, or were of code that has changed since; fresh seeds were taken after each:
 *
 * - 101 to 140: the briefing cut off what had come of a lesson's other wordings, and the model took those that had gained for failures;
 * - 201 to 300: 7 of 100 runs with all on found nothing, because what had been tried on an earlier version was called "no gain" by the
 *   headings of lessons and by the digest for a fresh context, which did not say where it began; and the model took the heading of
 *   a lesson in a document by itself, without the line that said when it would differ. Without the ledger it took 1.27 [1.14, 1.41]
 *   times as many runs of the scorer, without lessons 0.95 [0.90, 1.00], in a second run without those of the first 1.07 [0.90, 1.27].
 * - 301 to 400: without lessons 1.01 [0.98, 1.05], because whatever they tell of single attempts the ledger tells, too, and the page
 *   that is drawn from them said how often changes of a kind had gained and not how much; the model passed over it. Without the ledger
 *   1.16 [1.07, 1.26], without supervisor 2.78 [2.58, 3.03]; in a second run 1.05 [0.96, 1.15] and 3.03 [2.69, 3.40], without the
 *   lessons of the first 1.21 [1.12, 1.30].
 * - 401 to 500, with that page by gain: without lessons 1.34 [1.25, 1.43], with lessons and no page 1.32 [1.24, 1.41], without the
 *   ledger 1.14 [1.04, 1.25], without supervisor 1.87 [1.60, 2.18]; in a second run 1.52 [1.41, 1.65], 1.08 [0.99, 1.19] and 2.16 [1.79,
 *   2.62]. A review then found that the page told what had long been used up as if it still gained, and gains of an earlier scorer.
 *
 * Seeds 1 to 60 are those that changes are tried on: what is measured now took, on 1 to 40, without lessons 1.28 [1.16, 1.41] times as
 * many and without the ledger 1.07 [0.96, 1.18], which is why there are 200 seeds.
 * The second run without supervisor and without ledger was added when the figures for lessons were known, and before its own were.
 */
export async function benchAblation(report: Report): Promise<void> {
  const switchedOff = Object.entries(ARMS)
    .flatMap(([name, { off, seeds }]) =>
      seedsOf(seeds).map((seed): Task => ({ arms: [name], job: { kind: 'run', seed, off, caps: CAPS } })),
    )
    // Arms take turns, so that a load beside them meets all alike.
    .toSorted((a, b) => a.job.seed - b.job.seed)
  await benchPart(
    report,
    switchedOff,
    Object.entries(ARMS).flatMap(([name, { against }]) => against.map((reference) => [name, reference])),
  )

  const twice = seedsOf(FEWER_SEEDS).map((seed): Task => {
    const arms = Object.entries(SECOND_ARMS).filter(([, { seeds }]) => seed < FIRST_SEED + seeds)
    const offs = arms.map(([, { off }]) => off)
    return {
      arms: [FIRST, ...arms.map(([name]) => name)],
      job: { kind: 'twice', seed, firstCaps: FIRST_CAPS, caps: CAPS, offs },
    }
  })
  const others = Object.keys(SECOND_ARMS).filter((name) => name !== SECOND)
  await benchPart(
    report,
    twice,
    others.map((name) => [name, SECOND]),
  )
}

function seedsOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => FIRST_SEED + index)
}

/** Plays the tasks, prints a line for each arm, and what some of them took more than others. */
async function benchPart(
  report: Report,
  tasks: readonly Task[],
  comparisons: readonly (readonly [name: string, reference: string])[],
): Promise<void> {
  const arms = await playAll(report, tasks)
  process.stdout.write(`${renderArms(arms)}\n`)
  const armOf = (name: string): Arm => arms.get(name) ?? new Map()
  for (const [name, reference] of comparisons)
    report.figure(compareArms(`${name}, to ${reference}`, armOf(name), armOf(reference)))
}

/** The cores share the tasks out; one is left to whatever else the machine does. */
async function playAll(report: Report, tasks: readonly Task[]): Promise<ReadonlyMap<string, Arm>> {
  const left = [...tasks]
  const arms = new Map(tasks.flatMap((task) => task.arms).map((name) => [name, new Map<number, Outcome>()]))
  let done = 0
  const playInTurn = async (): Promise<void> => {
    const thread = new Worker(new URL('ablation-thread.ts', import.meta.url))
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const outcomes = await playOne(thread, next.job)
      for (const [index, outcome] of outcomes.entries())
        arms.get(next.arms[index] ?? '')?.set(next.job.seed, outcome)
      report.progress('ablation', ++done, tasks.length)
    }
    await thread.terminate()
  }
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism() - 1) }, playInTurn))
  return arms
}

async function playOne(thread: Worker, job: Job): Promise<readonly Outcome[]> {
  thread.postMessage(job)
  const [outcomes]: (readonly Outcome[])[] = await once(thread, 'message')
  if (outcomes === undefined) throw new Error('a thread said nothing')
  return outcomes
}
