import { randomInt } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { createAgent } from '../agent/agent.ts'
import { type BriefingRequest, renderBriefing } from '../agent/briefing.ts'
import { recordLostReply } from '../agent/conversation.ts'
import { followDocumentNews } from '../agent/document-news.ts'
import { chooseInspirations } from '../agent/inspirations.ts'
import { describeMachine } from '../agent/machine.ts'
import { renderSystem } from '../agent/system-prompt.ts'
import { createTools } from '../agent/tools.ts'
import type { Config } from '../config/config.ts'
import type { Evaluator } from '../evaluation/evaluator.ts'
import type { Evolution } from '../evolve.ts'
import { createGate, type Gate } from '../gate/gate.ts'
import { identifyMachine } from '../gate/machine.ts'
import { createRandom } from '../gate/random.ts'
import { type Journal, STEERING_FILE } from '../journal.ts'
import { createKeywordIndex } from '../knowledge/keyword-index.ts'
import type { Knowledge } from '../knowledge/knowledge.ts'
import type { Version } from '../lineage.ts'
import { STRATEGIES, toDirection } from '../model/strategies.ts'
import { startingPoint } from '../state/redirection.ts'
import { createStop, type StopCondition } from '../stop.ts'
import { openConversation } from '../storage/conversation-file.ts'
import { createRest } from '../storage/pause.ts'
import type { RunDirectory } from '../storage/run-directory.ts'
import { createSteering } from '../storage/steering.ts'
import type { StoredLineage } from '../storage/stored-lineage.ts'
import { openWorkspaceWatch } from '../storage/workspace-watch.ts'
import { createRotation, createTurns } from '../supervision/directions.ts'
import { createModelReview } from '../supervision/review.ts'
import { createSupervisor } from '../supervision/supervisor.ts'
import { beginAnew } from './begin-anew.ts'
import { openLearning } from './open-learning.ts'
import { createPersonChanges, recordForeign } from './person-changes.ts'
import { confineAgent, type Sandboxes } from './sandboxes.ts'
import type { Session } from './session.ts'

/** What a run is made of, once all is open. */
export interface Parts {
  readonly config: Config
  readonly directory: RunDirectory
  readonly journal: Journal
  readonly lineage: StoredLineage
  readonly sandboxes: Sandboxes
  readonly evaluator: Evaluator
  readonly knowledge: Knowledge
  readonly session: Session
}

/** The functions of the algorithm, from the parts. */
export async function createEvolution(parts: Parts): Promise<Evolution> {
  const { config, journal, lineage, evaluator, session } = parts
  const { settings, guard, model } = session
  const stop: StopCondition = (state) =>
    createStop(settings.current.budget, !model.name.startsWith('builtin/'))(state)
  const gate = createGate({
    journal,
    measure: async (tree, inputs, signal, stage) => {
      guard.beforeEvaluation()
      return evaluator.evaluate(tree, signal, { inputs, isPreview: stage === 'preview' })
    },
    workspace: lineage,
    scorer: evaluator.scorer,
    machine: identifyMachine(),
    settings: config.gate,
    accept: config.accept,
    direction: config.direction,
    random: createRandom(randomInt(2 ** 47)),
  })
  // Documents are listed to the agent, those of lessons included.
  const learn = await openLearning(parts)
  return {
    journal,
    lineage: {
      ...lineage,
      async commit(solution, record) {
        await recordForeign(lineage, journal)
        return lineage.commit(solution, record)
      },
    },
    scorer: evaluator.scorer,
    stop,
    seed: () => lineage.seed(config.seed),
    evaluate: async ({ tree }, signal) => {
      guard.beforeEvaluation()
      const startedAt = performance.now()
      const score = await evaluator.evaluate(tree, signal)
      const durationMs = Math.round(performance.now() - startedAt)
      journal.record({ type: 'candidate.evaluated', attempt: 0, by: 'gate', tree, score, durationMs })
      return score
    },
    inspire: () => chooseInspirations(journal.state, settings.current.inspirations),
    calibrate: gate.calibrate,
    gate: gate.decide,
    compare: gate.compare,
    supervise: (signal) => createSupervision(parts)(signal),
    learn,
    reload: settings.refresh,
    vary: await createVariation(parts, stop, gate),
  }
}

/** Vary(P): the agent with its tools, its memory and what it is told. */
async function createVariation(
  parts: Parts,
  stop: Evolution['stop'],
  gate: Gate,
): Promise<Evolution['vary']> {
  const { config, directory, journal, lineage, sandboxes, evaluator, knowledge, session } = parts
  const { settings, guard, model } = session
  const { direction, accept } = config
  const { state } = journal
  const best = (): Version => requireBest(state.versions)
  const scorerDirectory = config.scorerVisible ? evaluator.directory : null
  const conversation = await openConversation(directory.conversation)
  recordLostReply(conversation, journal)
  const changes = createPersonChanges({
    watch: openWorkspaceWatch({
      directory: lineage.directory,
      editable: config.editable,
      file: directory.workspaceMark,
    }),
    journal,
    lineage,
    conversation,
  })
  const tools = createTools({
    workspace: lineage,
    candidates: lineage,
    journal,
    createIndex: createKeywordIndex,
    knowledge,
    sandbox: confineAgent(sandboxes, config, lineage.directory, scorerDirectory),
    outputsDirectory: directory.outputs,
    scorerDirectory,
    best,
    measure: async (...asked) => {
      guard.beforePreview()
      return gate.preview(...asked)
    },
    direction,
    isLastTurn: () => (state.attempt?.turns ?? 0) >= settings.current.maxTurns,
  })
  const rest = createRest(journal, directory.pause)
  const takeSteering = createSteering({
    journal,
    inbox: directory.steering,
    file: join(dirname(config.file), STEERING_FILE),
  })
  const listen = async (signal: AbortSignal): Promise<void> => {
    await rest(signal)
    await takeSteering()
  }
  const documents = await knowledge.list()
  const listNews = followDocumentNews(journal)
  const scorerFiles = scorerDirectory === null ? [] : await readdir(scorerDirectory, { recursive: true })
  const describeTask = (maxTurns: number, maxReplyTokens: number): string =>
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
      machine: describeMachine({
        limits: config.limits,
        isIsolated: sandboxes.agent.name !== 'process',
        domains: config.network.allow,
      }),
      scorerFiles,
      documents,
    })
  const briefing = async (request: BriefingRequest): Promise<string> => {
    const start = startingPoint(state) ?? best()
    const workspaceDiff = await lineage.diff(start.tree, await lineage.snapshot())
    const { budget } = settings.current
    return renderBriefing({ request, state, direction, budget, workspaceDiff, newDocuments: listNews() })
  }
  function create({ maxTurns, llm: { maxTokens: maxReplyTokens } }: Config): Evolution['vary'] {
    const system = describeTask(maxTurns, maxReplyTokens)
    return createAgent({
      model,
      maxReplyTokens,
      tools: changes.watch(tools),
      conversation,
      journal,
      knowledge,
      listen,
      system,
      briefing,
      maxTurns,
      stop,
      isUnchanged: changes.isUnchanged,
    })
  }
  // The configurations are known once the seed is scored, which is before the first attempt.
  let agent: { readonly vary: Evolution['vary']; readonly madeFor: readonly unknown[] } | null = null
  return async (attempt, signal) => {
    const found = await changes.look()
    await beginAnew({ state, lineage, conversation, changes, found })
    const madeFor = [settings.current.maxTurns, model.maxReplyTokens, model.contextTokens]
    if (agent === null || !isDeepStrictEqual(agent.madeFor, madeFor))
      agent = { vary: create(settings.current), madeFor }
    return agent.vary(attempt, signal)
  }
}

/** The supervisor, or nobody where it is off. The built-in model has strategies by name; others are reviewed by a model. */
function createSupervision({ config, journal, knowledge, session }: Parts): Evolution['supervise'] {
  const { model, reviewer, hasStrongerModel } = session
  const { supervisor: settings, direction } = session.settings.current
  const isBuiltin = model.name.startsWith('builtin/')
  if (!settings.enabled) return async () => undefined
  const rotation = isBuiltin ? createTurns(STRATEGIES.map(toDirection)) : createRotation()
  const { bound } = config.gate
  return createSupervisor({
    journal,
    watch: { settings, direction, ...(bound === undefined ? {} : { bound }) },
    reach: { escalates: !isBuiltin, hasStrongerModel },
    review:
      settings.redirectWithLlm && !isBuiltin
        ? createModelReview({
            model: reviewer,
            brief: config.brief,
            direction,
            listDocuments: () => knowledge.list(),
            fallback: rotation,
          })
        : rotation,
    random: (attempts) => createRandom(config.llm.seed + attempts),
  })
}

function requireBest(versions: readonly Version[]): Version {
  const version = versions.at(-1)
  if (version === undefined) throw new Error('the seed has not been scored yet')
  return version
}

export function configurationsOf(version: Version): readonly string[] {
  return version.score.scores.map(({ configuration }) => configuration)
}
