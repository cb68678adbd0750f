import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AvoError } from '../errors.ts'
import { type CandidatePlace, type EvaluatedCandidate, solutionOf, type Version } from '../lineage.ts'
import { replaceFile } from './durable-file.ts'
import { createFileWorkspace } from './file-workspace.ts'
import { lastEvaluations } from './git-candidates.ts'
import { type CorruptionAdvice, type JsonLinesWriter, openJsonLines, readJsonLines } from './json-lines.ts'
import { openRunDirectory } from './run-directory.ts'
import { collectSeed } from './seed-files.ts'
import type { KeptAttempt, LineageOptions, StoredLineage } from './stored-lineage.ts'
import { createTreeStore } from './tree-store.ts'

const changeSchema = z.object({ configuration: z.string(), change: z.number() })

const versionSchema: z.ZodType<Version> = z.object({
  number: z.int().nonnegative(),
  commit: z.string(),
  tree: z.string(),
  summary: z.string(),
  documents: z.array(z.string()).exactOptional(),
  score: z.object({
    correct: z.literal(true),
    value: z.number(),
    scores: z.array(z.object({ configuration: z.string(), value: z.number() })),
    metrics: z.record(z.string(), z.unknown()).exactOptional(),
    feedback: z.string().exactOptional(),
    warning: z.string().exactOptional(),
  }),
  gain: z.number(),
  evidence: z
    .object({
      rounds: z.int().positive(),
      interval: z.object({ low: z.number(), high: z.number() }).nullable(),
      z: z.number().nullable(),
      worst: changeSchema,
      held: changeSchema.nullable(),
      unconfirmed: z.boolean(),
    })
    .exactOptional(),
  attempt: z.int().nonnegative(),
  base: z.int().nonnegative().exactOptional(),
  scorer: z.string(),
  costUsd: z.number().nullable(),
  committedAt: z.string(),
})

const attemptSchema: z.ZodType<KeptAttempt> = z.object({
  attempt: z.int().positive(),
  tree: z.string(),
  summary: z.string(),
  documents: z.array(z.string()).exactOptional(),
  costUsd: z.number().nullable(),
})

const candidateSchema: z.ZodType<EvaluatedCandidate> = z.object({ tree: z.string(), report: z.string() })

const ownerSchema = z.object({ project: z.string() })

const ADVICE: CorruptionAdvice = {
  code: 'storage',
  hint: 'Mend that line; a line that is deleted is a version lost.',
}

/**
 * The lineage without git (`git_persist: false`): versions as lines of `versions.jsonl` among the run's records, and their
 * files beside it by the hash of their content. What `.gitignore` files say is git's affair and not looked at.
 */
export async function openFileLineage(options: LineageOptions): Promise<StoredLineage> {
  const { editable, project } = options
  await mkdir(options.directory, { recursive: true })
  const { tmp } = await openRunDirectory(options.recordsDirectory)
  const directory = await realpath(options.directory)
  const records = await realpath(options.recordsDirectory)
  await claim(directory, join(records, 'lineage.json'), project)

  const file = join(records, 'versions.jsonl')
  const attempts = join(records, 'attempts')
  const evaluated = join(records, 'evaluated')
  const evaluatedFile = ({ attempt, evaluation }: CandidatePlace): string =>
    join(evaluated, `${attempt}.${evaluation}.json`)
  const versions: Version[] = []
  const extent = readJsonLines(file, ADVICE, (value) => {
    versions.push(versionSchema.parse(value))
  })
  // Opened by the first commit: a process that only reads must not cut off a line that another one writes just now.
  let writer: JsonLinesWriter | null = null
  const store = createTreeStore(records)
  const workspace = createFileWorkspace(store, { directory, scratch: tmp, editable })
  const [seed] = versions
  if (seed !== undefined) await workspace.begin(seed.tree)

  return {
    ...workspace,
    versions,
    async commit(solution, record) {
      const { tree } = solution
      await store.readTree(tree)
      const committedAt = new Date().toISOString()
      const version: Version = {
        number: versions.length,
        commit: tree,
        ...solutionOf(solution),
        ...record,
        committedAt,
      }
      writer ??= openJsonLines(file, extent)
      writer.append(version, true)
      versions.push(version)
      return version
    },
    async keep(attempt, solution, costUsd) {
      await mkdir(attempts, { recursive: true })
      replaceFile(join(attempts, `${attempt}.json`), `${JSON.stringify({ ...solution, attempt, costUsd })}\n`)
    },
    async keepEvaluated(place, candidate) {
      await mkdir(evaluated, { recursive: true })
      replaceFile(evaluatedFile(place), `${JSON.stringify(candidate)}\n`)
    },
    async readEvaluated(place) {
      const text = await readFile(evaluatedFile(place), 'utf8').catch(() => null)
      return text === null ? null : candidateSchema.parse(JSON.parse(text))
    },
    keepFiles: async () => `tree ${await workspace.snapshot()}`,
    async readAttempts() {
      const names = await readdir(attempts).catch(() => [])
      const texts = await Promise.all(names.map((name) => readFile(join(attempts, name), 'utf8')))
      return texts
        .map((text) => attemptSchema.parse(JSON.parse(text)))
        .toSorted((a, b) => a.attempt - b.attempt)
    },
    async readEvaluations() {
      const names = await readdir(evaluated).catch(() => [])
      return lastEvaluations(names.map((name) => name.replace(/\.json$/, '')))
    },
    tend: async () => null,
    async seed(source) {
      const scratch = await mkdtemp(join(tmp, 'seed-'))
      try {
        const tree = await workspace.plant(await collectSeed(source, scratch))
        return { tree, summary: 'seed' }
      } finally {
        await rm(scratch, { recursive: true, force: true })
      }
    },
  }
}

/** Takes the workspace if it is empty or was taken before, and nobody else's ever. */
async function claim(directory: string, marker: string, project: string): Promise<void> {
  if (!existsSync(marker)) {
    if ((await readdir(directory)).length > 0)
      throw new AvoError(
        'storage',
        `${directory} can't be the workspace: it holds files already`,
        'Set workspace_dir to a directory that does not exist yet or is empty; what is there stays untouched.',
      )
    replaceFile(marker, `${JSON.stringify({ project })}\n`)
    return
  }
  const owner = ownerSchema.parse(JSON.parse(await readFile(marker, 'utf8')))
  if (owner.project !== project)
    throw new AvoError(
      'storage',
      `${directory} is the workspace of the project '${owner.project}', not of '${project}'`,
      `Set workspace_dir and log_dir to other directories, or project_name back. If the project was renamed, change its name in ${marker}.`,
    )
}
