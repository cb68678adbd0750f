import { dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import { AvoError } from '../errors.ts'
import { hookEnvironment } from '../hooks/hook-environment.ts'
import { type Hooks, startHooks } from '../hooks/hooks.ts'
import type { Journal } from '../journal.ts'
import { createOpenAIEmbeddings, type Embeddings } from '../knowledge/embeddings.ts'
import { LESSONS_PREFIX } from '../knowledge/knowledge.ts'
import { createLocalEmbeddings } from '../knowledge/local-embeddings.ts'
import { type KnowledgeBase, type KnowledgeOptions, openKnowledge } from '../knowledge/open-knowledge.ts'
import { createModel } from '../model/create-model.ts'
import type { ModelClient } from '../model/model.ts'
import { findApiKey, PROVIDERS } from '../model/providers.ts'
import { recordModel, replayModel } from '../model/recording.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { createProcessSandbox } from '../sandbox/process.ts'
import { openFileLineage } from '../storage/file-lineage.ts'
import { openGitLineage } from '../storage/git-lineage.ts'
import { toRunDirectory } from '../storage/run-directory.ts'
import type { StoredLineage } from '../storage/stored-lineage.ts'

/** The lineage of a task: commits, or plain files where `git_persist` is off. One process may be the writer. */
export function openLineage(config: Config, writer = false): Promise<StoredLineage> {
  const { workspaceDirectory: directory, recordsDirectory, editable, projectName: project } = config
  const options = { directory, recordsDirectory, editable, project, writer }
  return config.gitPersist ? openGitLineage(options) : openFileLineage(options)
}

/** Whose replies a run lives on, besides the configured model's. */
export interface ModelSource {
  /** A model of the caller's own in place of the configured one. */
  readonly model?: ModelClient
  /** The same for supervisor.llm. */
  readonly supervisor?: ModelClient
  /** File that the model's replies are written to. */
  readonly record?: string
  /** File that the replies are taken from, in place of a model. */
  readonly replay?: string
}

/** The model that plays the agent. */
export async function openModel(
  config: Config,
  { model: own, record, replay }: ModelSource,
): Promise<ModelClient> {
  const model = own ?? (replay === undefined ? await createModel(config.llm) : await replayModel(replay))
  return record === undefined ? model : recordModel(model, record)
}

/** The models that take its place, in this order. */
export async function openFallbacks(
  config: Config,
  { model, record, replay }: ModelSource,
): Promise<readonly ModelClient[]> {
  if (model !== undefined || replay !== undefined) return []
  const models = await Promise.all(config.fallbacks.map(createModel))
  return record === undefined ? models : models.map((fallback) => recordModel(fallback, record))
}

/** The model that puts lessons into words; null where they are from the record alone, as when the replies come from elsewhere. */
export async function openLessonModel(
  { lessons }: Config,
  { model, replay }: ModelSource,
): Promise<ModelClient | null> {
  const isElsewhere = model !== undefined || replay !== undefined
  return lessons.llm === undefined || isElsewhere ? null : createModel(lessons.llm)
}

/** The model of supervisor.llm; null where there is none of its own. */
export async function openSupervisorModel(
  { supervisorLlm }: Config,
  { model, supervisor, record, replay }: ModelSource,
): Promise<ModelClient | null> {
  if (supervisor !== undefined) return supervisor
  if (supervisorLlm === undefined || model !== undefined || replay !== undefined) return null
  const opened = await createModel(supervisorLlm)
  return record === undefined ? opened : recordModel(opened, record)
}

/** What the names of the task's own documents begin with. */
export const TASK_DOCUMENTS = 'knowledge-base/'

/** K: the task's documents, those that come with AVO, and the lessons. By default with the run's index and the configured embeddings. */
export function openKnowledgeBase(
  config: Config,
  source: ModelSource & Partial<Omit<KnowledgeOptions, 'sources'>> = {},
): Promise<KnowledgeBase> {
  // Whoever brings the replies along asks no provider for anything.
  const isOffline = source.model !== undefined || source.replay !== undefined
  const { index, lessons } = toRunDirectory(config.recordsDirectory)
  const {
    indexDirectory = index,
    embeddings = isOffline ? createLocalEmbeddings() : openEmbeddings(config),
  } = source

  return openKnowledge({
    sources: [
      { directory: config.knowledgeDirectory, prefix: TASK_DOCUMENTS },
      { directory: join(PACKAGE_ROOT, 'knowledge-base'), prefix: 'avo/' },
      { directory: lessons, prefix: LESSONS_PREFIX },
    ],
    indexDirectory,
    embeddings,
    ...(source.onUnreadable && { onUnreadable: source.onUnreadable }),
  })
}

/** The person's commands, which are told what happens from now on. They are trusted: nothing isolates them. */
export function openHooks(config: Config, journal: Journal): Hooks {
  const { hooks: commands, projectName: project, workspaceDirectory: workspace } = config
  const { llm, fallbacks, supervisorLlm = llm } = config
  if (Object.keys(commands).length === 0) return { close: async () => undefined }
  const keys = [llm, ...fallbacks, supervisorLlm].flatMap(({ apiKey }) =>
    apiKey === undefined ? [] : [apiKey],
  )
  return startHooks({
    commands,
    journal,
    subject: { project, task: dirname(config.file), workspace },
    environment: hookEnvironment(process.env, keys),
    sandbox: createProcessSandbox(),
  })
}

const EMBEDDING_MODELS = {
  openai: 'text-embedding-3-small',
  ollama: 'nomic-embed-text',
  custom: null,
} as const

/**
 * The embeddings that a task's documents are searched with. Asks nobody for anything yet.
 *
 * @throws {AvoError} `config` or `model-auth` where a model or a key is missing.
 */
export function openEmbeddings(config: Config): Embeddings {
  const { provider, model: named, baseUrl } = config.embeddings
  if (provider === 'local') return createLocalEmbeddings()
  const model = named ?? EMBEDDING_MODELS[provider]
  if (model === null)
    throw new AvoError('config', 'embeddings.provider custom has no default model', 'Set embeddings.model.')
  const ownKey = config.llm.provider === provider ? config.llm.apiKey : undefined
  const { key, needed, variable } = findApiKey(provider, ownKey, process.env)
  if (needed && key === null)
    throw new AvoError(
      'model-auth',
      `there is no key for the embeddings of ${provider}`,
      `Set ${variable}, or embeddings.provider to local.`,
    )
  return createOpenAIEmbeddings({
    apiKey: key ?? 'none',
    baseUrl: baseUrl ?? PROVIDERS[provider].baseUrl,
    model,
  })
}
