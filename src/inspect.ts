import { randomInt } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openKnowledgeBase, openLineage, openModel } from './adapters.ts'
import type { Config } from './config/config.ts'
import { AvoError, toMessage } from './errors.ts'
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
import type { RunState } from './journal.ts'
import type { Workspace } from './lineage.ts'
import type { Round } from './measurement.ts'
import { openCandidateSandbox, openSandboxes, type Sandboxes } from './sandboxes.ts'
import type { Score } from './score.ts'
import { openJournal } from './storage/journal-file.ts'
import { readLockHolder } from './storage/lock.ts'
import { openRunDirectory, toRunDirectory } from './storage/run-directory.ts'
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
  if ((await stat(config.workspaceDirectory).catch(() => null)) === null)
    throw new AvoError(
      'storage',
      `the workspace ${config.workspaceDirectory} is gone`,
      'The lineage was in it: put it back from a copy.',
    )
  return (await openLineage(config)).diff(from, to)
}

/** The documents that the agent would find. */
export async function listKnowledge(config: Config): Promise<readonly { readonly document: string }[]> {
  return inScratch(tmpdir(), (recordsDirectory) =>
    openKnowledgeBase({ ...config, recordsDirectory }).then((knowledge) => knowledge.list()),
  )
}

/** Asks the configured model for a word, and gives its name. Throws the provider's failure. */
export async function askModel(config: Config, signal: AbortSignal): Promise<string> {
  const model = await openModel(config, {})
  const content = [{ type: 'text' as const, text: 'Answer with the one word: ready' }]
  const patience = AbortSignal.timeout(config.llm.timeoutSeconds * 1_000)
  await model.respond(
    { system: 'You are being checked.', messages: [{ role: 'user', content }], tools: [] },
    AbortSignal.any([signal, patience]),
  )
  return model.name
}

/** What keeps the commands of a run apart, tried as a run tries it. Throws what a run would throw. */
export async function trySandboxes(config: Config): Promise<Sandboxes> {
  return inScratch(tmpdir(), (directory) => openSandboxes(config, directory))
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
      measureRound(pair, (tree, inputs, signal) => evaluator.evaluate(tree, signal, inputs), random, signal)
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

/** A candidate as a tree that a workspace knows, and its name. */
interface Candidate {
  readonly scored: string
  readonly workspace: Workspace
  readonly tree: string
}

async function openCandidate(
  config: Config,
  candidate: string | undefined,
  scratch: string,
): Promise<Candidate> {
  if (candidate === undefined || candidate === 'workspace') {
    const own = await openWorkspace(config, scratch)
    if (own !== null) return { scored: 'workspace', workspace: own, tree: await takeSnapshot(own) }
    if (candidate === 'workspace')
      throw new AvoError(
        'usage',
        `there is no version in the workspace ${config.workspaceDirectory} yet`,
        'avo run makes v0 of the seed; --candidate seed scores the seed itself.',
      )
  }
  const scored = candidate ?? 'seed'
  // A lineage like the run's, so that the same files of the seed are left out.
  const lineage = await openLineage({
    ...config,
    workspaceDirectory: join(scratch, 'workspace'),
    recordsDirectory: join(scratch, 'records'),
  })
  const { tree } = await lineage.seed(await toSource(config, scored))
  return { scored, workspace: lineage, tree }
}

/** The run's workspace; null before it has a version. */
async function openWorkspace(config: Config, scratch: string): Promise<Workspace | null> {
  if ((await stat(config.workspaceDirectory).catch(() => null)) === null) return null
  // Git's index among the records may be in use by a run; a lineage of files is in the records itself.
  const recordsDirectory = config.gitPersist ? join(scratch, 'records') : config.recordsDirectory
  const lineage = await openLineage({ ...config, recordsDirectory })
  return lineage.versions.length === 0 ? null : lineage
}

async function takeSnapshot(workspace: Workspace): Promise<string> {
  try {
    return await workspace.snapshot()
  } catch (error) {
    if (error instanceof AvoError) throw error
    throw new AvoError('task', toMessage(error), 'The workspace could not be submitted as it is.', {
      cause: error,
    })
  }
}

async function toSource(config: Config, candidate: string): Promise<SeedSource> {
  if (candidate === 'seed') return config.seed
  const found = await stat(candidate).catch(() => null)
  if (found === null)
    throw new AvoError('usage', `there is no ${candidate}`, 'Name a file or a directory, seed or workspace.')
  if (found.isDirectory()) return { kind: 'directory', path: candidate }
  if (config.seed.kind !== 'file')
    throw new AvoError(
      'usage',
      `${candidate} is one file, the solution has several`,
      'Name a directory that holds all of them.',
    )
  return { kind: 'file', path: candidate, as: config.seed.as }
}

async function inScratch<Result>(
  parent: string,
  use: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(parent, 'avo-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
