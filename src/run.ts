import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ModelSource,
  openKnowledgeBase,
  openLineage,
  openModel,
  openSandboxes,
  type Sandboxes,
} from './adapters.ts'
import { createAgent } from './agent/agent.ts'
import { renderBriefing, renderSystem } from './agent/prompts.ts'
import { createTools } from './agent/tools.ts'
import type { Config } from './config/config.ts'
import { AvoError, toMessage } from './errors.ts'
import { createEvaluator } from './evaluation/create-evaluator.ts'
import type { Evaluator } from './evaluation/evaluator.ts'
import { type Evolution, evolve } from './evolve.ts'
import { decide } from './gate/gate.ts'
import type { Journal } from './journal.ts'
import type { Knowledge } from './knowledge/knowledge.ts'
import type { Version } from './lineage.ts'
import type { ModelClient } from './model/model.ts'
import { withRetries } from './model/retry.ts'
import { STRATEGIES, toDirection } from './model/strategies.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import { confine } from './sandbox/confine.ts'
import type { View } from './sandbox/sandbox.ts'
import type { Score } from './score.ts'
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
  readonly sandboxes: Sandboxes
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
    const lineage = await openLineage(config)
    await emptyDirectory(directory.tmp)
    return {
      config,
      journal,
      async start(signal) {
        try {
          return await start(config, source, directory, journal, lineage, signal)
        } catch (error) {
          const kind = signal.aborted ? 'interrupted' : 'failed'
          const message = signal.aborted ? 'it was stopped' : toMessage(error)
          const reason: StopReason = { kind, message }
          journal.record({ type: 'run.ended', reason })
          if (signal.aborted) return reason
          throw error
        }
      },
      close() {
        journal.close()
        unlock()
      },
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
  const model = await openModel(config, source)
  requireEnforceableCaps(config, model)
  const sandboxes = await openSandboxes(config, join(directory.tmp, 'sandbox'))
  const evaluator = await createEvaluator(
    {
      scorer: config.scorer,
      snapshotDirectory: directory.scorer,
      temporaryDirectory: directory.tmp,
      sandbox: sandboxes.candidate,
      readable: config.readable,
      domains: config.network.scorer,
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
    sandbox: nameOf(sandboxes),
    resumed: journal.state.startedAt !== null,
  })
  for (const text of [...journal.notices, ...noticesOf(model), ...noticesOfSandboxes(config, sandboxes)])
    journal.record({ type: 'notice.given', level: 'warning', text })

  reconcile(journal, lineage)
  const knowledge = await openKnowledgeBase(config)
  const patient = withRetries(model, ({ code, message }, retryInMs) =>
    journal.record({ type: 'model.failed', code, message, retryInMs }),
  )
  const parts: Parts = {
    config,
    directory,
    journal,
    lineage,
    sandboxes,
    evaluator,
    knowledge,
    model: patient,
  }
  return evolve(await createEvolution(parts), signal)
}

/** The algorithm's five functions, from the parts. */
async function createEvolution(parts: Parts): Promise<Evolution> {
  const { config, journal, lineage, evaluator } = parts
  const { direction, accept } = config
  const measure = async (by: 'agent' | 'gate', tree: string, signal: AbortSignal): Promise<Score> => {
    const attempt = journal.state.attempt?.number ?? 0
    const startedAt = performance.now()
    const score = await evaluator.evaluate(tree, signal)
    const durationMs = Math.round(performance.now() - startedAt)
    journal.record({ type: 'candidate.evaluated', attempt, by, tree, score, durationMs })
    return score
  }
  const stop = createStop(config.budget)
  return {
    journal,
    lineage,
    scorer: evaluator.scorer,
    stop,
    seed: () => lineage.seed(config.seed),
    evaluate: ({ tree }, signal) => measure('gate', tree, signal),
    gate: async ({ tree }, best, signal) =>
      decide(await measure('gate', tree, signal), best, direction, accept),
    supervise: createSupervision(parts),
    vary: await createVariation(parts, stop, (tree, signal) => measure('agent', tree, signal)),
  }
}

/** Vary(P): the agent with its tools, its memory and what it is told. */
async function createVariation(
  parts: Parts,
  stop: Evolution['stop'],
  measure: (tree: string, signal: AbortSignal) => Promise<Score>,
): Promise<Evolution['vary']> {
  const { config, directory, journal, lineage, sandboxes, evaluator, knowledge, model } = parts
  const { direction, budget, maxTurns } = config
  const { state } = journal
  const best = (): Version => requireBest(state.versions)
  const scorerDirectory = config.scorerVisible ? evaluator.directory : null
  const conversation = await openConversation(directory.conversation)
  const tools = createTools({
    workspace: lineage,
    journal,
    knowledge,
    sandbox: confine(sandboxes.agent, {
      view: viewOfAgent(config, lineage.directory, scorerDirectory),
      network: config.network.allow,
    }),
    outputsDirectory: directory.outputs,
    scorerDirectory,
    best,
    measure,
    direction,
  })
  const documents = await knowledge.list()
  const scorerFiles = scorerDirectory === null ? [] : await readdir(scorerDirectory, { recursive: true })
  const describeTask = (): string =>
    renderSystem({
      project: config.projectName,
      brief: config.brief,
      scorer: evaluator.description,
      editable: config.editable,
      direction,
      configurations: configurationsOf(best()),
      maxTurns,
      scorerFiles,
      documents,
    })
  const briefing = async (attempt: number): Promise<string> => {
    const workspaceDiff = await lineage.diff(best().tree, await lineage.snapshot())
    return renderBriefing({ attempt, state, direction, budget, workspaceDiff })
  }
  // The configurations are known once the seed is scored, which is before the first attempt.
  let agent: Evolution['vary'] | null = null
  return (attempt, signal) => {
    agent ??= createAgent({
      model,
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

/** The workspace for writing, but not the lineage in it; for reading what the agent is told of. */
function viewOfAgent(config: Config, workspace: string, scorerDirectory: string | null): View {
  const documents = [config.knowledgeDirectory, join(PACKAGE_ROOT, 'knowledge-base')]
  const scorer = scorerDirectory === null ? [] : [scorerDirectory]
  return { read: [join(workspace, '.git'), ...documents, ...config.readable, ...scorer], write: [workspace] }
}

/** The supervisor, or nobody where it is off. The built-in model has strategies by name; others are reviewed by a model. */
function createSupervision({ config, journal, model }: Parts): Evolution['supervise'] {
  const { supervisor: settings, direction, llm } = config
  if (!settings.enabled) return async () => undefined
  const rotation = createRotation(
    llm.provider === 'builtin' ? STRATEGIES.map(toDirection) : GENERAL_DIRECTIONS,
  )
  const review: Review =
    settings.redirectWithLlm && llm.provider !== 'builtin' ? createModelReview(model, rotation) : rotation
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

function nameOf({ agent, candidate }: Sandboxes): string {
  return agent.name === candidate.name ? agent.name : `${agent.name} (agent), ${candidate.name} (candidates)`
}

/** What the person did not ask for. */
function noticesOfSandboxes({ sandbox }: Config, { agent, candidate }: Sandboxes): readonly string[] {
  const hasFallenBack =
    (sandbox.agent === 'auto' && agent.name === 'process') ||
    (sandbox.candidate === 'auto' && candidate.name === 'process')
  return hasFallenBack
    ? ['nothing on this machine isolates candidates: they run as you; `avo doctor` says what to install']
    : []
}

function noticesOf(model: ModelClient): readonly string[] {
  if (model.name.startsWith('builtin/'))
    return [
      `${model.name} is not a language model: it applies recipes from the knowledge base and perturbs constants`,
    ]
  return model.priced
    ? []
    : [`the price of ${model.name} is unknown: costs are not counted; llm.price in avo.yaml sets it`]
}
