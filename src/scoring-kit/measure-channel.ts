import { CandidateFailure, SandboxFailure } from './failure.ts'
import type { Bench, Series } from './measure.ts'
import { type CandidateProcess, startCandidate } from './process/candidate-process.ts'
import { echoOf } from './process/program.ts'
import { median } from './statistics.ts'

const WARM_UPS = 3
const LEAST_SAMPLES = 5
/** The part of the time for the configurations that is spent on it. */
const SHARE = 0.2

/**
 * What the channel itself costs in each configuration, in seconds: an echo answers what the candidate answered, which it was told
 * before. That is the frame's way there and back and the kit's reading of a large output, and no more: to take a large input
 * over and to lay a large output down is done in the candidate's process, which might have found a shorter way. Measured when the
 * candidate is dead, so that it can't make the channel look dearer than it is. Throws a `SandboxFailure` where the echo fails:
 * it is not the candidate's.
 */
export async function measureChannel<Configuration, Input>(
  bench: Bench<Configuration, Input>,
  series: readonly Series<Configuration>[],
): Promise<ReadonlyMap<string, number>> {
  const { task, limits } = bench.plan
  try {
    const echo = await startCandidate(bench.launcher, echoOf(task.candidate), limits)
    try {
      const costs = new Map<string, number>()
      const seconds = (bench.plan.budgetSeconds * SHARE) / series.length
      for (const one of series) costs.set(one.name, await measureEcho(bench, echo, one, seconds))
      return costs
    } finally {
      await echo.stop()
    }
  } catch (error) {
    throw error instanceof CandidateFailure ? new SandboxFailure(`the echo failed: ${error.message}`) : error
  }
}

async function measureEcho<Configuration, Input>(
  { plan, random }: Bench<Configuration, Input>,
  echo: CandidateProcess,
  { name, parameters, output }: Series<Configuration>,
  budgetSeconds: number,
): Promise<number> {
  // A program that copies its input to its output can't be told anything else.
  const copiesInput = 'command' in plan.task.candidate
  if (!copiesInput) await echo.setEcho(output)
  const seconds: number[] = []
  const until = performance.now() + budgetSeconds * 1000
  while (seconds.length < WARM_UPS + LEAST_SAMPLES || performance.now() < until) {
    const given = copiesInput ? plan.task.input(parameters, random('echo', name, seconds.length)) : null
    const answer = await echo.call(given)
    seconds.push(answer.seconds)
  }
  return median(seconds.slice(WARM_UPS))
}
