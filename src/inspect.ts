import { randomInt } from 'node:crypto'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openKnowledgeBase, openLineage, openModel } from './adapters.ts'
import type { Config } from './config/config.ts'
import { AvoError } from './errors.ts'
import { createEvaluator } from './evaluation/create-evaluator.ts'
import type { Evaluator } from './evaluation/evaluator.ts'
import { leastRounds } from './gate/e-value.ts'
import { describeMachine } from './gate/machine.ts'
import { measureCalibration } from './gate/measure-calibration.ts'
import { measureRound } from './gate/measure-round.ts'
import { type NoiseReport, reportNoise } from './gate/noise-report.ts'
import type { GateSettings } from './gate/plan.ts'
import { createRandom } from './gate/random.ts'
import { toRules } from './gate/rules.ts'
import type { RunState } from './journal.ts'
import type { Round } from './measurement.ts'
import { createProcessSandbox } from './sandbox/process.ts'
import type { Score } from './score.ts'
import { openFileLineage } from './storage/file-lineage.ts'
import { openJournal } from './storage/journal-file.ts'
import { readLockHolder } from './storage/lock.ts'
import { toRunDirectory } from './storage/run-directory.ts'
import type { SeedSource } from './storage/stored-lineage.ts'

/** A run as it stands, read without disturbing it. */
export interface RunReading {
  readonly state: RunState
  /** The process that runs it now; null when nobody does. */
  readonly pid: number | null
}

/** Reads a run's journal. A run that was never started has an empty state. */
export async function readRun(config: Config): Promise<RunReading> {
  const { events, lock } = toRunDirectory(config.recordsDirectory)
  const { state } = await openJournal(events, { readOnly: true })
  return { state, pid: readLockHolder(lock) }
}

/** Unified diff between two trees of the lineage. */
export async function readVersionDiff(config: Config, from: string, to: string): Promise<string> {
  return (await openLineage(config)).diff(from, to)
}

/** The documents that the agent would find. */
export async function listKnowledge(config: Config): Promise<readonly { readonly document: string }[]> {
  return inScratch((recordsDirectory) =>
    openKnowledgeBase({ ...config, recordsDirectory }).then((knowledge) => knowledge.list()),
  )
}

/** Asks the configured model for a word, and gives its name. Throws the provider's failure. */
export async function askModel(config: Config): Promise<string> {
  const model = await openModel(config, {})
  const content = [{ type: 'text' as const, text: 'Answer with the one word: ready' }]
  const signal = AbortSignal.timeout(config.llm.timeoutSeconds * 1_000)
  await model.respond(
    { system: 'You are being checked.', messages: [{ role: 'user', content }], tools: [] },
    signal,
  )
  return model.name
}

/** One score, and what was scored. */
export interface Evaluation {
  readonly score: Score
  readonly scored: string
  readonly durationMs: number
}

/**
 * Scores a candidate once, in a scratch copy, as a run would: `seed`, `workspace`, a file or a directory; by default the
 * workspace where there is one, else the seed. Nothing is recorded.
 */
export async function evaluateOnce(config: Config, candidate?: string): Promise<Evaluation> {
  return withCandidate(config, candidate, async (scored, tree, evaluator) => {
    const startedAt = performance.now()
    const score = await evaluator.evaluate(tree, new AbortController().signal)
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
export async function calibrateOnce(config: Config, candidate?: string): Promise<ScorerCalibration> {
  return withCandidate(config, candidate, async (scored, tree, evaluator) => {
    const { direction, accept, gate: settings } = config
    const { scorer } = evaluator
    const { signal } = new AbortController()
    const score = await evaluator.evaluate(tree, signal)
    if (!score.correct) throw new AvoError('scorer', `${scored} can't be scored: ${score.reason}`)
    const version = { number: 0, tree, score, scorer }
    const pair = { stage: 'calibrate' as const, tree, against: version }
    const random = createRandom(randomInt(2 ** 47))
    const measure = (signal: AbortSignal): Promise<Round> =>
      measureRound(pair, (tree, inputs, signal) => evaluator.evaluate(tree, signal, inputs), random, signal)
    const machine = describeMachine()
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
  use: (scored: string, tree: string, evaluator: Evaluator) => Promise<Result>,
): Promise<Result> {
  const hasWorkspace = await stat(config.workspaceDirectory).catch(() => null)
  const scored = candidate ?? (hasWorkspace === null ? 'seed' : 'workspace')
  return inScratch(async (scratch) => {
    const options = {
      directory: join(scratch, 'workspace'),
      recordsDirectory: join(scratch, 'records'),
      editable: config.editable,
      project: config.projectName,
    }
    await mkdir(options.recordsDirectory)
    const lineage = await openFileLineage(options)
    const { tree } = await lineage.seed(await toSource(config, scored))
    const { signal } = new AbortController()
    const evaluator = await createEvaluator(
      {
        scorer: config.scorer,
        snapshotDirectory: join(scratch, 'scorer'),
        temporaryDirectory: join(scratch, 'tmp'),
        sandbox: createProcessSandbox(),
        workspace: lineage,
      },
      signal,
    )
    return use(scored, tree, evaluator)
  })
}

async function toSource(config: Config, candidate: string): Promise<SeedSource> {
  if (candidate === 'seed') return config.seed
  const path = candidate === 'workspace' ? config.workspaceDirectory : candidate
  const found = await stat(path).catch(() => null)
  if (found === null)
    throw new AvoError('usage', `there is no ${path}`, 'Name a file or a directory, seed or workspace.')
  if (found.isDirectory()) return { kind: 'directory', path }
  if (config.seed.kind !== 'file')
    throw new AvoError(
      'usage',
      `${path} is one file, the solution has several`,
      'Name a directory that holds all of them.',
    )
  return { kind: 'file', path, as: config.seed.as }
}

async function inScratch<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'avo-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
