import { CandidateFailure } from './failure.ts'
import { type Bench, measure } from './measure.ts'
import { measureChannel } from './measure-channel.ts'
import { type Plan, toPlan } from './plan.ts'
import { createBrokerLauncher } from './process/broker-launcher.ts'
import { createPlainLauncher } from './process/plain-launcher.ts'
import { createRandomSource } from './random.ts'
import type { CorrectResult, IncorrectResult, ScoringResult } from './result.ts'
import { toMetrics, toScores } from './scores.ts'
import type { ScoringTask } from './task.ts'

/** The part of the time for the configurations that is spent on the hidden ones: they are there to veto. */
const HOLDOUT_SHARE = 0.25

/** Where a candidate is evaluated. */
export interface EvaluationOptions {
  /** The candidate's files. Left alone: its processes work on copies. */
  readonly candidateDirectory: string
  /** Where the harness takes requests to start candidates. Without it they are plain child processes. */
  readonly broker?: string | undefined
  /** What the inputs are made from: the same secret gives the same inputs. Without it they are never the same. */
  readonly inputs?: string | undefined
  /** Leaves the hidden configurations out: the agent is looking. */
  readonly skipsHoldout?: boolean
}

/**
 * Evaluates a candidate and gives the document, without writing it anywhere. Throws a `TypeError` for a task that makes no
 * sense, and a `SandboxFailure` where the candidate can't be started through no fault of its own.
 */
export async function evaluateCandidate<Configuration, Input>(
  task: ScoringTask<Configuration, Input>,
  { candidateDirectory, broker, inputs, skipsHoldout = false }: EvaluationOptions,
): Promise<ScoringResult> {
  const whole = toPlan(task)
  const plan = skipsHoldout ? { ...whole, holdout: [] } : whole
  const launcher =
    broker === undefined ? createPlainLauncher(candidateDirectory) : createBrokerLauncher(broker)
  try {
    return await evaluate({ plan, launcher, random: createRandomSource(inputs) })
  } catch (error) {
    if (error instanceof CandidateFailure) return incorrect(error.message)
    throw error
  } finally {
    await launcher.close()
  }
}

async function evaluate<Configuration, Input>(bench: Bench<Configuration, Input>): Promise<ScoringResult> {
  const { plan } = bench
  const series = await measure(bench, plan.configurations, plan.budgetSeconds)
  const isTimed = plan.score !== 'value'
  const channel = isTimed ? await measureChannel(bench, series) : new Map<string, number>()
  const scores = toScores(plan, series, channel)
  const holdout = await evaluateHoldout(bench)
  if (holdout !== null && !holdout.correct) return holdout
  return {
    correct: true,
    scores,
    ...(isTimed && { metrics: toMetrics(series, channel) }),
    ...(holdout && { holdout }),
    ...findImplausible(plan, scores),
  }
}

/** In sessions of their own, so that what the candidate prints there can't come along with what it prints in the open. */
async function evaluateHoldout<Configuration, Input>(bench: Bench<Configuration, Input>) {
  const { plan } = bench
  if (plan.holdout.length === 0) return null
  try {
    const series = await measure(bench, plan.holdout, plan.budgetSeconds * HOLDOUT_SHARE)
    return { correct: true as const, scores: toScores(plan, series, new Map()) }
  } catch (error) {
    if (!(error instanceof CandidateFailure)) throw error
    return {
      ...incorrect('it fails on an input of a kind that is not shown'),
      holdout: { correct: false, reason: error.message },
    } satisfies IncorrectResult
  }
}

function findImplausible<Configuration, Input>(
  { task, configurations }: Plan<Configuration, Input>,
  scores: Readonly<Record<string, number>>,
): Pick<CorrectResult, 'held' | 'reason'> {
  for (const { name, parameters } of configurations) {
    const [least, highest] = task.plausible?.(parameters) ?? [0, Number.POSITIVE_INFINITY]
    const score = scores[name] ?? Number.NaN
    if (score < least || score > highest)
      return { held: true, reason: `${name}: a score of ${score} is not between ${least} and ${highest}` }
  }
  return {}
}

function incorrect(feedback: string): IncorrectResult {
  return { correct: false, scores: {}, feedback }
}
