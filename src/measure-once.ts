import { randomInt } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Audit, type AuditOptions, auditScorer } from './audit/audit.ts'
import type { Config } from './config/config.ts'
import { AvoError } from './errors.ts'
import { createEvaluator } from './evaluation/create-evaluator.ts'
import type { Evaluator } from './evaluation/evaluator.ts'
import { leastRounds } from './gate/e-value.ts'
import { identifyMachine } from './gate/machine.ts'
import { measureCalibration } from './gate/measure-calibration.ts'
import { measureRound } from './gate/measure-round.ts'
import { type NoiseReport, reportNoise } from './gate/noise-report.ts'
import type { GateSettings } from './gate/plan.ts'
import { createRandom } from './gate/random.ts'
import { toRules } from './gate/rules.ts'
import type { Round } from './measurement.ts'
import { openCandidate } from './open-candidate.ts'
import { openCandidateSandbox } from './sandboxes.ts'
import type { Score } from './score.ts'
import { openRunDirectory } from './storage/run-directory.ts'
import { inScratch } from './storage/scratch.ts'

/** Attacks the scorer with cheating variants of the seed, in the isolation that a run would use. */
export async function auditOnce(
  config: Config,
  options: Omit<AuditOptions, 'sandbox'>,
  signal: AbortSignal,
): Promise<Audit> {
  return inScratch(tmpdir(), async (directory) => {
    const sandbox = await openCandidateSandbox(config, directory, true)
    return auditScorer(config, { ...options, sandbox }, signal)
  })
}

/** One score, and what was scored. */
export interface Evaluation {
  readonly score: Score
  readonly scored: string
  readonly durationMs: number
}

/**
 * Scores a candidate once, in a scratch copy, as a run would: `seed`, `workspace` (what `submit` would take of it now), a
 * file or a directory; by default the workspace once it has a version, else the seed. No score is recorded.
 */
export async function evaluateOnce(
  config: Config,
  candidate: string | undefined,
  signal: AbortSignal,
): Promise<Evaluation> {
  return withCandidate(config, candidate, signal, async (scored, tree, evaluator) => {
    const startedAt = performance.now()
    const score = await evaluator.evaluate(tree, signal)
    return { score, scored, durationMs: Math.round(performance.now() - startedAt) }
  })
}

/** What was calibrated, and what came out. */
export interface ScorerCalibration extends NoiseReport {
  readonly scored: string
}

/**
 * Measures how noisy the scorer is on this machine, with two copies of a candidate, as a run does when it starts. Throws an
 * `AvoError` `scorer` where the candidate can't be scored or the scorer prefers one of two copies.
 */
export async function calibrateOnce(
  config: Config,
  candidate: string | undefined,
  signal: AbortSignal,
): Promise<ScorerCalibration> {
  return withCandidate(config, candidate, signal, async (scored, tree, evaluator) => {
    const { direction, accept, gate: settings } = config
    const { scorer } = evaluator
    const score = await evaluator.evaluate(tree, signal)
    if (!score.correct) throw new AvoError('scorer', `${scored} can't be scored: ${score.reason}`)
    const version = { number: 0, tree, score, scorer }
    const pair = { stage: 'calibrate' as const, tree, against: version }
    const random = createRandom(randomInt(2 ** 47))
    const measure = (signal: AbortSignal): Promise<Round> =>
      measureRound(
        pair,
        (tree, inputs, signal) => evaluator.evaluate(tree, signal, { inputs }),
        random,
        signal,
      )
    const machine = identifyMachine()
    const calibration = await measureCalibration(
      { settings: toUnlimited(settings), direction, scorer, machine, version, measure },
      signal,
    )
    const rules = toRules({ settings, accept, direction, calibration, versions: [], best: version, seed: 0 })
    return { scored, ...reportNoise(calibration, rules) }
  })
}

/** Whoever asks for the noise wants to know it, whatever a verdict may cost. */
function toUnlimited({ budgetSeconds, ...settings }: GateSettings): GateSettings {
  const maxRounds = Math.max(settings.maxRounds, leastRounds(settings.alpha))
  return { ...settings, policy: 'auto', maxRounds }
}

/** Opens a candidate in a scratch copy, with an evaluator that a run would have. */
async function withCandidate<Result>(
  config: Config,
  candidate: string | undefined,
  signal: AbortSignal,
  use: (scored: string, tree: string, evaluator: Evaluator) => Promise<Result>,
): Promise<Result> {
  // Beside the run's records: a scorer finds the packages of the task from there, as it does in a run.
  const { directory } = await openRunDirectory(config.recordsDirectory)
  return inScratch(directory, async (scratch) => {
    const { scored, workspace, tree } = await openCandidate(config, candidate, scratch)
    const evaluator = await createEvaluator(
      {
        scorer: config.scorer,
        snapshotDirectory: join(scratch, 'scorer'),
        temporaryDirectory: join(scratch, 'tmp'),
        // It is the person who asks for this: on a machine where nothing isolates, it runs as they do.
        sandbox: await openCandidateSandbox(config, join(scratch, 'sandbox'), true),
        readable: config.readable,
        domains: config.network.scorer,
        workspace,
      },
      signal,
    )
    return use(scored, tree, evaluator)
  })
}
