import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SYSTEM_CLOCK } from '../../src/clock.ts'
import { readConfig } from '../../src/config/config.ts'
import { createEvolution } from '../../src/create-evolution.ts'
import type { Evaluator } from '../../src/evaluation/evaluator.ts'
import { evolve } from '../../src/evolve.ts'
import type { RunState } from '../../src/journal.ts'
import { LESSONS_PREFIX } from '../../src/knowledge/knowledge.ts'
import { createLocalEmbeddings } from '../../src/knowledge/local-embeddings.ts'
import { openKnowledge } from '../../src/knowledge/open-knowledge.ts'
import { createProcessSandbox } from '../../src/sandbox/process.ts'
import { sharedMemory } from '../../src/sandbox/shared-memory.ts'
import { openSession } from '../../src/session.ts'
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

/**
 * Plays the whole loop on the task of that seed, with the model of that seed: the algorithm, the agent with its tools, the gate,
 * the ledger, the lessons and the supervisor are the real ones. Only the scorer is a function of this process, so that hundreds
 * of runs take minutes, and the lineage is kept in memory for the same reason.
 */
export async function playRun(seed: number, off: Off, caps: Caps): Promise<Played> {
  const directory = await mkdtemp(join(sharedMemory() ?? tmpdir(), 'avo-ablation-'))
  try {
    return await play(directory, seed, off, caps)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function play(directory: string, seed: number, off: Off, caps: Caps): Promise<Played> {
  const task = createTrapTask(seed)
  await writeTask(directory, task, off)
  const config = await readConfig(directory)
  const journal = memoryJournal()
  const stored = await memoryLineage(config.workspaceDirectory, PLAN_FILE, renderPlan(task.seed))
  const lineage = off.ledger ? { ...stored, readEvaluated: async () => null } : stored
  const model = createSeededModel(seed)
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

async function writeTask(directory: string, { seed }: TrapTask, off: Off): Promise<void> {
  const settings = {
    project_name: 'pipeline',
    brief: BRIEF,
    seed: 'seed',
    // The bench scores in its own process.
    scorer: { command: ['true'] },
    ...(off.supervisor && { supervisor: { enabled: false } }),
    ...(off.lessons && { lessons: { enabled: false } }),
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
