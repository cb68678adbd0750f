import { randomInt } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { type ModelSource, openKnowledgeBase, openLineage, openModel } from './adapters.ts'
import { createAgent } from './agent/agent.ts'
import { renderBriefing } from './agent/briefing.ts'
import { describeMachine } from './agent/machine.ts'
import { renderSystem } from './agent/system-prompt.ts'
import { createTools } from './agent/tools.ts'
import type { Config } from './config/config.ts'
import { AvoError, toMessage } from './errors.ts'
import { createEvaluator } from './evaluation/create-evaluator.ts'
import type { Evaluator } from './evaluation/evaluator.ts'
import { type Evolution, evolve } from './evolve.ts'
import { createGate, type Gate } from './gate/gate.ts'
import { identifyMachine } from './gate/machine.ts'
import { createRandom } from './gate/random.ts'
import type { Journal } from './journal.ts'
import type { Knowledge } from './knowledge/knowledge.ts'
import type { Version } from './lineage.ts'
import type { ModelClient } from './model/model.ts'
import { withRetries } from './model/retry.ts'
import { STRATEGIES, toDirection } from './model/strategies.ts'
import { endOrphans } from './sandbox/leftover-processes.ts'
import { createProcessSandbox } from './sandbox/process.ts'
import type { Sandbox } from './sandbox/sandbox.ts'
import { createStop, type StopReason } from './stop.ts'
import { openConversation } from './storage/conversation-file.ts'
import { openJournal } from './storage/journal-file.ts'
import { acquireLock } from './storage/lock.ts'
import { reconcile } from './storage/reconcile.ts'
import { openRunDirectory, type RunDirectory } from './storage/run-directory.ts'
import type { StoredLineage } from './storage/stored-lineage.ts'
import {
  createModelReview,
  createRotation,
  GENERAL_DIRECTIONS,
  type Review,
} from './supervision/directions.ts'
import { createSupervisor } from './supervision/supervisor.ts'

/** A run that is open for writing: nobody else can open it before it is closed. */
export interface Run {
  readonly config: Config
  readonly journal: Journal
  /**
   * Runs the algorithm until a cap is reached or the signal aborts, and says why it ended. An `AvoError` means that it
   * can't go on; what was done is recorded, and the next start goes on from there.
   */
  start(signal: AbortSignal): Promise<StopReason>
  /** Gives up the lock. */
  close(): void
}

/** What a run is made of, once all is open. */
interface Parts {
  readonly config: Config
  readonly directory: RunDirectory
  readonly journal: Journal
  readonly lineage: StoredLineage
  readonly sandbox: Sandbox
  readonly evaluator: Evaluator
  readonly knowledge: Knowledge
  readonly model: ModelClient
}

/** Opens a task's run: a new one, or the one that was begun there. */
export async function openRun(config: Config, source: ModelSource = {}): Promise<Run> {
  const directory = await openRunDirectory(config.recordsDirectory)
  const unlock = await acquireLock(directory.lock)
  try {
    const journal = await openJournal(directory.events)
    try {
      const lineage = await openLineage(config)
      await endOrphans(directory.directory)
      await emptyDirectory(directory.tmp)
      return {
        config,
        journal,
        start: (signal) => start(config, source, directory, journal, lineage, signal),
        close() {
          journal.close()
          unlock()
        },
      }
    } catch (error) {
      journal.close()
      throw error
    }
  } catch (error) {
    unlock()
    throw error
  }
}

/** Joins every port with its adapter and runs the algorithm. */
async function start(
  config: Config,
  source: ModelSource,
  directory: RunDirectory,
  journal: Journal & { readonly notices: readonly string[] },
  lineage: StoredLineage,
  signal: AbortSignal,
): Promise<StopReason> {
  const best = journal.state.versions.at(-1) ?? lineage.versions.at(-1)
  const sandbox = createProcessSandbox(directory.directory)
  const model = await openModel(config, source)
  requireEnforceableCaps(config, model)
  const evaluator = await createEvaluator(
    {
      scorer: config.scorer,
      snapshotDirectory: directory.scorer,
      temporaryDirectory: directory.tmp,
      sandbox,
      workspace: lineage,
      ...(best === undefined
        ? {}
        : { known: { scorer: best.scorer, configurations: configurationsOf(best) } }),
    },
    signal,
  )
  journal.record({
    type: 'run.started',
    project: config.projectName,
    provider: config.llm.provider,
    model: model.name,
    scorer: evaluator.scorer,
    sandbox: sandbox.name,
    resumed: journal.state.startedAt !== null,
  })
  for (const text of [...journal.notices, ...noticesOf(model)])
    journal.record({ type: 'notice.given', level: 'warning', text })

  try {
    reconcile(journal, lineage)
    const knowledge = await openKnowledgeBase(config, source)
    const patient = withRetries(model, ({ code, message }, retryInMs) =>
      journal.record({ type: 'model.failed', code, message, retryInMs }),
    )
    const parts: Parts = {
      config,
      directory,
      journal,
      lineage,
      sandbox,
      evaluator,
      knowledge,
      model: patient,
    }
    return await evolve(await createEvolution(parts), signal)
  } catch (error) {
    return end(journal, error, signal)
  }
}

/** Records why a run could not go on. Being stopped is an end like any other; a failure is passed on. */
function end(journal: Journal, error: unknown, signal: AbortSignal): StopReason {
  const stopped = signal.aborted && !(error instanceof AvoError)
  const reason: StopReason = stopped
    ? { kind: 'interrupted', message: 'it was stopped' }
    : { kind: 'failed', message: toMessage(error) }
  journal.record({ type: 'run.ended', reason })
  if (stopped) return reason
  throw error
}

/** The algorithm's five functions, from the parts. */
async function createEvolution(parts: Parts): Promise<Evolution> {
  const { config, journal, lineage, evaluator } = parts
  const stop = createStop(config.budget, !parts.model.name.startsWith('builtin/'))
  const gate = createGate({
    journal,
    measure: (tree, inputs, signal) => evaluator.evaluate(tree, signal, inputs),
    workspace: lineage,
    scorer: evaluator.scorer,
    machine: identifyMachine(),
    settings: config.gate,
    accept: config.accept,
    direction: config.direction,
    random: createRandom(randomInt(2 ** 47)),
  })
  return {
    journal,
    lineage,
    scorer: evaluator.scorer,
    stop,
    seed: () => lineage.seed(config.seed),
    evaluate: async ({ tree }, signal) => {
      const startedAt = performance.now()
      const score = await evaluator.evaluate(tree, signal)
      const durationMs = Math.round(performance.now() - startedAt)
      journal.record({ type: 'candidate.evaluated', attempt: 0, by: 'gate', tree, score, durationMs })
      return score
    },
    calibrate: gate.calibrate,
    gate: gate.decide,
    compare: gate.compare,
    supervise: createSupervision(parts),
    vary: await createVariation(parts, stop, gate),
  }
}

/** Vary(P): the agent with its tools, its memory and what it is told. */
async function createVariation(
  parts: Parts,
  stop: Evolution['stop'],
  gate: Gate,
): Promise<Evolution['vary']> {
  const { config, directory, journal, lineage, sandbox, evaluator, knowledge, model } = parts
  const { direction, accept, budget, maxTurns } = config
  const { maxTokens: maxReplyTokens } = config.llm
  const { state } = journal
  const best = (): Version => requireBest(state.versions)
  const scorerDirectory = config.scorerVisible ? evaluator.directory : null
  const conversation = await openConversation(directory.conversation)
  const tools = createTools({
    workspace: lineage,
    journal,
    knowledge,
    sandbox,
    outputsDirectory: directory.outputs,
    scorerDirectory,
    best,
    measure: gate.preview,
    direction,
  })
  const documents = await knowledge.list()
  const described = new Set(documents.map(({ document }) => document))
  const scorerFiles = scorerDirectory === null ? [] : await readdir(scorerDirectory, { recursive: true })
  const describeTask = (): string =>
    renderSystem({
      project: config.projectName,
      brief: config.brief,
      scorer: evaluator.description,
      evaluationTimeoutSeconds: config.scorer.timeoutSeconds,
      editable: config.editable,
      direction,
      accept,
      configurations: configurationsOf(best()),
      maxTurns,
      maxReplyTokens,
      machine: describeMachine(),
      scorerFiles,
      documents,
    })
  const briefing = async (attempt: number): Promise<string> => {
    const workspaceDiff = await lineage.diff(best().tree, await lineage.snapshot())
    const newDocuments = (await knowledge.list()).filter(({ document }) => !described.has(document))
    return renderBriefing({ attempt, state, direction, budget, workspaceDiff, newDocuments })
  }
  // The configurations are known once the seed is scored, which is before the first attempt.
  let agent: Evolution['vary'] | null = null
  return (attempt, signal) => {
    agent ??= createAgent({
      model,
      maxReplyTokens,
      tools,
      conversation,
      journal,
      knowledge,
      system: describeTask(),
      briefing,
      maxTurns,
      stop,
    })
    return agent(attempt, signal)
  }
}

/** The supervisor, or nobody where it is off. The built-in model has strategies by name; others are reviewed by a model. */
function createSupervision({ config, journal, model }: Parts): Evolution['supervise'] {
  const { supervisor: settings, direction, llm } = config
  if (!settings.enabled) return async () => undefined
  const rotation = createRotation(
    llm.provider === 'builtin' ? STRATEGIES.map(toDirection) : GENERAL_DIRECTIONS,
  )
  const review: Review =
    settings.redirectWithLlm && llm.provider !== 'builtin'
      ? createModelReview({ model, brief: config.brief, direction, fallback: rotation })
      : rotation
  return createSupervisor({ journal, settings, direction, review })
}

/** What a process that was killed left unfinished. */
async function emptyDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await mkdir(path)
}

function requireBest(versions: readonly Version[]): Version {
  const version = versions.at(-1)
  if (version === undefined) throw new Error('the seed has not been scored yet')
  return version
}

function configurationsOf(version: Version): readonly string[] {
  return version.score.scores.map(({ configuration }) => configuration)
}

/** A cap on money means nothing where the price is unknown, unless tokens are capped too. */
function requireEnforceableCaps({ budget }: Config, model: ModelClient): void {
  if (budget.maxCostUsd === undefined || budget.maxTokens !== undefined || model.priced) return
  throw new AvoError(
    'config',
    `max_cost_usd can't be kept: the price of ${model.name} is unknown`,
    `Set llm.price (input and output, USD per million tokens), or max_tokens beside it.`,
  )
}

function noticesOf(model: ModelClient): readonly string[] {
  return model.priced
    ? []
    : [`the price of ${model.name} is unknown: costs are not counted; llm.price in avo.yaml sets it`]
}
