import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SYSTEM_CLOCK } from '../../src/clock.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Evaluator } from '../../src/evaluation/evaluator.ts'
import { evolve } from '../../src/evolve.ts'
import type { RunState } from '../../src/journal.ts'
import { LESSONS_PREFIX } from '../../src/knowledge/knowledge.ts'
import { createLocalEmbeddings } from '../../src/knowledge/local-embeddings.ts'
import { openKnowledge } from '../../src/knowledge/open-knowledge.ts'
import { createEvolution } from '../../src/running/create-evolution.ts'
import { openSession } from '../../src/running/session.ts'
import { createProcessSandbox } from '../../src/sandbox/process.ts'
import { sharedMemory } from '../../src/sandbox/shared-memory.ts'
import { openRunDirectory } from '../../src/storage/run-directory.ts'
import type { StoredLineage } from '../../src/storage/stored-lineage.ts'
import { memoryJournal } from '../memory-journal.ts'
import { memoryLineage } from './memory-lineage.ts'
import { createSeededModel } from './seeded-model.ts'
import { BRIEF, createTrapTask, PLAN_FILE, parsePlan, renderPlan, type TrapTask } from './trap-task.ts'
import { withoutLedger } from './without-ledger.ts'

/** What is switched off; the rest is as a fresh avo.yaml has it. */
export interface Off {
  readonly supervisor?: boolean
  readonly ledger?: boolean
  readonly lessons?: boolean
  /** The pages that are drawn from the lessons. */
  readonly insights?: boolean
}

/** When a run that has not found the best plan is over. */
export interface Caps {
  readonly maxEvaluations: number
  readonly maxAttempts: number
}

/** What came of a run. */
export interface Played {
  /** Runs of the scorer until the best plan was a version, those of the gate included; null where it never was. */
  readonly evaluations: number | null
  readonly state: RunState
}

/** A run to be played. */
interface Setup {
  readonly seed: number
  readonly modelSeed: number
  readonly off: Off
  readonly caps: Caps
  /** Directories of other runs whose lessons are carried over. */
  readonly lessonsFrom: readonly string[]
}

/** What a second model is seeded with: no seed of a task reaches it. */
const SECOND = 1_000_000

/**
 * Plays the whole loop on the task of that seed, with the model of that seed: the algorithm, the agent with its tools, the gate,
 * the ledger, the lessons and the supervisor are the real ones. Only the scorer is a function of this process, so that hundreds
 * of runs take minutes, and the lineage is kept in memory for the same reason.
 */
export async function playRun(seed: number, off: Off, caps: Caps): Promise<Played> {
  return inDirectory((directory) => play(directory, { seed, modelSeed: seed, off, caps, lessonsFrom: [] }))
}

/**
 * Plays a run with everything on to its caps and then, with another seed for the model, some more on the same task, each for
 * itself: with the lessons that the first has left, unless lessons are off.
 */
export async function playTwice(
  seed: number,
  firstCaps: Caps,
  caps: Caps,
  offs: readonly Off[],
): Promise<{ readonly first: Played; readonly seconds: readonly Played[] }> {
  return inDirectory(async (home) => {
    const first = await play(home, { seed, modelSeed: seed, off: {}, caps: firstCaps, lessonsFrom: [] })
    const seconds: Played[] = []
    for (const off of offs) {
      const second = { seed, modelSeed: seed + SECOND, off, caps, lessonsFrom: off.lessons ? [] : [home] }
      seconds.push(await inDirectory((directory) => play(directory, second)))
    }
    return { first, seconds }
  })
}

async function inDirectory<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(sharedMemory() ?? tmpdir(), 'avo-ablation-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function play(directory: string, setup: Setup): Promise<Played> {
  const { seed, modelSeed, off, caps } = setup
  const task = createTrapTask(seed)
  await writeTask(directory, task, setup)
  const config = await readConfig(directory)
  const journal = memoryJournal()
  const stored = await memoryLineage(config.workspaceDirectory, PLAN_FILE, renderPlan(task.seed))
  const lineage = off.ledger ? { ...stored, readEvaluated: async () => null } : stored
  const model = createSeededModel(modelSeed)
  const source = { model: off.ledger ? withoutLedger(model) : model }
  const records = await openRunDirectory(config.recordsDirectory)
  const sandbox = createProcessSandbox()
  const evolution = await createEvolution({
    config,
    directory: records,
    journal,
    lineage,
    sandboxes: { agent: sandbox, candidate: sandbox },
    evaluator: createEvaluator(task, lineage, directory),
    knowledge: await openKnowledge({
      sources: [{ directory: records.lessons, prefix: LESSONS_PREFIX }],
      indexDirectory: records.index,
      embeddings: createLocalEmbeddings(),
    }),
    session: await openSession(config, source, journal, SYSTEM_CLOCK),
  })
  const isBest = ({ versions }: RunState): boolean => {
    const best = versions.at(-1)
    return best !== undefined && task.isSolved(best.score)
  }
  const isOver = (state: RunState): boolean =>
    state.evaluations >= caps.maxEvaluations || state.ledger.length >= caps.maxAttempts
  const stop: typeof evolution.stop = (state) =>
    isBest(state) || isOver(state)
      ? { kind: 'max-evaluations', message: 'the bench has seen enough' }
      : evolution.stop(state)
  await evolve({ ...evolution, stop, compare: async () => undefined }, new AbortController().signal)
  const { state } = journal
  return { evaluations: isBest(state) ? state.evaluations : null, state }
}

async function writeTask(directory: string, { seed }: TrapTask, { off, lessonsFrom }: Setup): Promise<void> {
  const settings = {
    project_name: 'pipeline',
    brief: BRIEF,
    seed: 'seed',
    // The bench scores in its own process.
    scorer: { command: ['true'] },
    ...(off.supervisor && { supervisor: { enabled: false } }),
    ...(off.lessons && { lessons: { enabled: false } }),
    ...(off.insights && { insights_every: 0 }),
    ...(lessonsFrom.length > 0 && { lessons_from: lessonsFrom }),
    ...(off.ledger && { inspirations: { count: 0 } }),
  }
  for (const folder of ['seed', 'scorer', 'knowledge-base']) await mkdir(join(directory, folder))
  await writeFile(join(directory, 'avo.yaml'), JSON.stringify(settings))
  await writeFile(join(directory, 'seed', PLAN_FILE), renderPlan(seed))
}

/** f as a function of the file's text. A plan that can't be read is incorrect. */
function createEvaluator(
  task: TrapTask,
  lineage: Pick<StoredLineage, 'readFile'>,
  directory: string,
): Evaluator {
  return {
    scorer: 'sha256:ablation',
    directory,
    description: '',
    async evaluate(tree) {
      const plan = parsePlan((await lineage.readFile(tree, PLAN_FILE)) ?? '')
      return plan === null
        ? { correct: false, failure: 'incorrect', reason: `${PLAN_FILE} is no plan` }
        : task.score(plan)
    },
  }
}
