import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  openCandidateSandbox,
  openKnowledgeBase,
  openLineage,
  openModel,
  openSandboxes,
  type Sandboxes,
} from './adapters.ts'
import type { Config } from './config/config.ts'
import { AvoError } from './errors.ts'
import { createEvaluator } from './evaluation/create-evaluator.ts'
import type { RunState } from './journal.ts'
import type { Score } from './score.ts'
import { openFileLineage } from './storage/file-lineage.ts'
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

/** What keeps the commands of a run apart, tried as a run tries it. Throws what a run would throw. */
export async function trySandboxes(config: Config): Promise<Sandboxes> {
  return inScratch((directory) => openSandboxes(config, directory))
}

/** One score, and what was scored. */
export interface Evaluation {
  readonly score: Score
  readonly scored: string
  readonly durationMs: number
}

/**
 * Scores a candidate once, in a scratch copy, as a run would: `seed`, `workspace`, a file or a directory; by default the
 * workspace where there is one, else the seed. No score is recorded.
 */
export async function evaluateOnce(config: Config, candidate?: string): Promise<Evaluation> {
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
        // In the run's own place: a scorer finds the packages beside it from there as it does in a run.
        snapshotDirectory: (await openRunDirectory(config.recordsDirectory)).scorer,
        temporaryDirectory: join(scratch, 'tmp'),
        // It is the person who asks for this: on a machine where nothing isolates, it runs as they do.
        sandbox: await openCandidateSandbox(config, join(scratch, 'sandbox'), true),
        readable: config.readable,
        domains: config.network.scorer,
        workspace: lineage,
      },
      signal,
    )
    const startedAt = performance.now()
    const score = await evaluator.evaluate(tree, signal)
    return { score, scored, durationMs: Math.round(performance.now() - startedAt) }
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
