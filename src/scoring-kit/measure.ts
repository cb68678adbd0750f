import { firstDifference } from './difference.ts'
import { CandidateFailure } from './failure.ts'
import type { Plan, PlannedConfiguration } from './plan.ts'
import { type CandidateProcess, startCandidate } from './process/candidate-process.ts'
import type { Launcher } from './process/launcher.ts'
import type { RandomSource } from './random.ts'

/** Rounds whose outputs are checked and whose times are not used: compilers and caches of the machine get going in them. */
const WARM_UP_ROUNDS = 3

/** One call of the candidate, with an input of its own. */
export interface Sample {
  readonly seconds: number
  /** As the author counts it. */
  readonly work: number
  /** What the output is worth; NaN where times are the score. */
  readonly value: number
}

/** All that was measured of one configuration. */
export interface Series<Configuration> extends PlannedConfiguration<Configuration> {
  readonly samples: Sample[]
  /** Of the last sample: an echo is measured with it. */
  output: unknown
}

/** What stays the same during an evaluation. */
export interface Bench<Configuration, Input> {
  readonly plan: Plan<Configuration, Input>
  readonly launcher: Launcher
  readonly random: RandomSource
}

/**
 * Measures configurations by turns, in an order by lot, so that whatever the machine does hits all alike. Throws a
 * `CandidateFailure` at the first thing that the candidate does wrong.
 */
export async function measure<Configuration, Input>(
  bench: Bench<Configuration, Input>,
  configurations: readonly PlannedConfiguration<Configuration>[],
  budgetSeconds: number,
): Promise<readonly Series<Configuration>[]> {
  const { plan, random } = bench
  const series = configurations.map((one): Series<Configuration> => ({ ...one, samples: [], output: null }))
  const processes = openProcesses(bench)
  try {
    const isWarm = plan.score !== 'value' && plan.fresh === 'evaluation'
    const warmUpRounds = isWarm ? WARM_UP_ROUNDS : 0
    let until = Number.POSITIVE_INFINITY
    for (let round = 0; round < warmUpRounds + plan.samples || performance.now() < until; round++) {
      if (round === warmUpRounds) until = performance.now() + budgetSeconds * 1000
      for (const one of random('order', round).shuffle([...series])) {
        const sample = await processes.use((process) => takeSample(bench, process, one, round))
        if (round >= warmUpRounds) one.samples.push(sample)
      }
    }
    return series
  } finally {
    await processes.close()
  }
}

/**
 * The candidate's process: one for all samples, or a new one for each, which costs a tenth of a second. What one process
 * remembers is of no use to it where no input comes twice; what it computes before it is asked is a constant, or a guess.
 * Nothing outlives the evaluation.
 */
function openProcesses<Configuration, Input>({ plan, launcher }: Bench<Configuration, Input>) {
  let kept: CandidateProcess | null = null
  const start = () => startCandidate(launcher, plan.task.candidate, plan.limits, plan.needs)
  return {
    async use<Result>(action: (process: CandidateProcess) => Promise<Result>): Promise<Result> {
      kept ??= await start()
      const result = await action(kept)
      if (plan.fresh === 'sample') await this.close()
      return result
    },
    async close(): Promise<void> {
      await kept?.stop()
      kept = null
    },
  }
}

async function takeSample<Configuration, Input>(
  { plan, random }: Bench<Configuration, Input>,
  process: CandidateProcess,
  one: Series<Configuration>,
  round: number,
): Promise<Sample> {
  const { name, parameters } = one
  const input = plan.task.input(parameters, random('input', name, round))
  try {
    const keepsInput = plan.task.keepsInput ?? false
    const { output, seconds } = await process.call(input, keepsInput)
    if (keepsInput) {
      const change = firstDifference(input, await process.readArgument())
      if (change !== null) throw new CandidateFailure(`it changed its argument: ${change}`)
    }
    plan.judge(parameters, input, output)
    one.output = output
    const value = plan.value(parameters, input, output, seconds)
    return { seconds, work: plan.work(parameters, input), value }
  } catch (error) {
    throw error instanceof CandidateFailure ? new CandidateFailure(`${name}: ${error.message}`) : error
  }
}
