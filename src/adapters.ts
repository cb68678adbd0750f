import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from './config/config.ts'
import { AvoError } from './errors.ts'
import { createOpenAIEmbeddings, type Embeddings } from './knowledge/embeddings.ts'
import type { Knowledge } from './knowledge/knowledge.ts'
import { createLocalEmbeddings } from './knowledge/local-embeddings.ts'
import { openKnowledge } from './knowledge/open-knowledge.ts'
import { createModel } from './model/create-model.ts'
import type { ModelClient } from './model/model.ts'
import { findApiKey, PROVIDERS } from './model/providers.ts'
import { recordModel, replayModel } from './model/recording.ts'
import { PACKAGE_ROOT } from './package-root.ts'
import { openSandbox, type SandboxOptions } from './sandbox/open-sandbox.ts'
import type { Sandbox } from './sandbox/sandbox.ts'
import { openFileLineage } from './storage/file-lineage.ts'
import { openGitLineage } from './storage/git-lineage.ts'
import type { StoredLineage } from './storage/stored-lineage.ts'

/** The lineage of a task: commits, or plain files where `git_persist` is off. */
export function openLineage(config: Config): Promise<StoredLineage> {
  const { workspaceDirectory: directory, recordsDirectory, editable, projectName: project } = config
  const options = { directory, recordsDirectory, editable, project }
  return config.gitPersist ? openGitLineage(options) : openFileLineage(options)
}

/** Whose replies a run lives on, besides the configured model's. */
export interface ModelSource {
  /** A model of the caller's own in place of the configured one. */
  readonly model?: ModelClient
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

/** K: the task's documents and those that come with AVO. */
export function openKnowledgeBase(config: Config): Promise<Knowledge> {
  return openKnowledge({
    sources: [
      { directory: config.knowledgeDirectory, prefix: 'knowledge-base/' },
      { directory: join(PACKAGE_ROOT, 'knowledge-base'), prefix: 'avo/' },
    ],
    indexDirectory: join(config.recordsDirectory, 'index'),
    embeddings: openEmbeddings(config),
  })
}

const EMBEDDING_MODELS = {
  openai: 'text-embedding-3-small',
  ollama: 'nomic-embed-text',
  custom: null,
} as const

function openEmbeddings(config: Config): Embeddings {
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

/** Where the commands of a run are kept apart. */
export interface Sandboxes {
  /** For the agent's shell. */
  readonly agent: Sandbox
  /** For scorers and candidates. */
  readonly candidate: Sandbox
}

/**
 * Opens what keeps commands away from the rest of the machine; `directory` is for what that takes. Throws an `AvoError`
 * `sandbox` where nothing does and nobody said that nothing needs to: the built-in model writes nothing of its own.
 */
export async function openSandboxes(config: Config, directory: string): Promise<Sandboxes> {
  const { sandbox: choice, network, llm } = config
  const fallsBack = llm.provider === 'builtin'
  const agent = await openSandbox(choice.agent, await sandboxOptions(config, join(directory, 'agent')), {
    domains: network.allow,
    fallsBack,
  })
  const candidate = await openCandidateSandbox(config, join(directory, 'candidate'), fallsBack)
  return { agent, candidate }
}

/** The one for scorers and candidates alone. */
export async function openCandidateSandbox(
  config: Config,
  directory: string,
  fallsBack: boolean,
): Promise<Sandbox> {
  const domains = config.network.scorer
  return openSandbox(config.sandbox.candidate, await sandboxOptions(config, directory), {
    domains,
    fallsBack,
  })
}

async function sandboxOptions(config: Config, directory: string): Promise<SandboxOptions> {
  const { file, recordsDirectory, workspaceDirectory, scorer, limits, sandbox } = config
  await mkdir(directory, { recursive: true })
  return {
    hidden: [dirname(file), recordsDirectory, workspaceDirectory, scorer.directory],
    directory,
    limits,
    ...(sandbox.image === undefined ? {} : { image: sandbox.image }),
  }
}
