import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { HookCommands } from '../hooks/hooks.ts'
import type { ModelOptions } from '../model/create-model.ts'
import { DEFAULT_LIMITS } from '../sandbox/limits.ts'
import type { Limits } from '../sandbox/sandbox.ts'
import type { Config, EmbeddingsSettings, SandboxSettings } from './config.ts'
import { flattenKeys } from './flatten-keys.ts'
import { isWithin, kindOfPath, missingPath } from './paths.ts'
import type { ConfigFile } from './schema.ts'
import { toGate } from './to-gate.ts'
import { toLessonSources } from './to-lesson-sources.ts'
import { toScorer } from './to-scorer.ts'
import { type Report, toSeed } from './to-seed.ts'

const GIB = 1024 ** 3

/**
 * From the file's words to the program's: paths made absolute, and what no single key can say checked (one scorer, a seed
 * that exists, a workspace that holds nothing of the person's). Null after a mistake, which goes to `report`.
 */
export function toConfig(parsed: ConfigFile, file: string, report: Report): Config | null {
  const directory = dirname(file)
  const workspaceDirectory = resolve(directory, parsed.workspace_dir)
  const recordsDirectory = resolve(directory, parsed.log_dir)
  const knowledgeDirectory = toKnowledgeDirectory(parsed.knowledge_base_dir, directory, report)
  const brief = toBrief(parsed.brief, directory, report)
  const seed = toSeed(parsed, directory, report)
  const others = [file, workspaceDirectory, recordsDirectory, knowledgeDirectory, brief.file ?? file]
  const scorer = toScorer(parsed, directory, seed, others, report)
  // The agent writes in the workspace: nothing that it must not change may lie there.
  const seedPath = seed === null || seed.kind === 'repository' ? undefined : seed.path
  const apart = {
    'this file': file,
    'the seed': seedPath,
    'the scorer': scorer?.directory,
    log_dir: recordsDirectory,
  }
  for (const [what, path] of Object.entries(apart))
    if (path !== undefined && isWithin(path, workspaceDirectory))
      report(
        ['workspace_dir'],
        `${workspaceDirectory} holds ${what} (${path}); expected a directory for the agent alone`,
      )
  if (seedPath !== undefined && isWithin(workspaceDirectory, seedPath))
    report(
      ['seed'],
      `${seedPath} holds the workspace; {repository: .} starts from a project as it is committed`,
    )
  requireApart(knowledgeDirectory, ['knowledge_base_dir'], apart, report)
  const readable = toReadable(parsed.readable, directory, apart, report)
  if (seed === null || scorer === null) return null

  const { supervisor } = parsed
  return {
    file,
    overrides: [],
    values: flattenKeys(parsed),
    projectName: parsed.project_name,
    brief: brief.text,
    seed,
    editable: parsed.editable ?? (seed.kind === 'file' ? [seed.as] : ['**']),
    workspaceDirectory,
    scorer,
    scorerVisible: parsed.scorer.visible,
    direction: parsed.scorer.direction,
    accept: parsed.accept,
    gate: toGate(parsed, report),
    knowledgeDirectory,
    embeddings: toEmbeddings(parsed),
    budget: withoutUndefined({
      maxVersions: parsed.max_versions,
      maxAttempts: parsed.max_attempts,
      maxWallTimeHours: parsed.max_wall_time_hours,
      maxCostUsd: parsed.max_cost_usd,
      maxTokens: parsed.max_tokens,
      maxEvaluations: parsed.max_evaluations,
      countWaiting: parsed.provider.count_waiting,
      attempt: withoutUndefined({
        maxMinutes: parsed.attempt.max_minutes,
        maxCostUsd: parsed.attempt.max_cost_usd,
        maxTokens: parsed.attempt.max_tokens,
        maxEvaluations: parsed.attempt.max_evaluations,
      }),
    }),
    maxTurns: parsed.max_agent_steps_per_variation,
    giveUpAfterMs: parsed.provider.give_up_after_minutes * 60_000,
    llm: toModel(parsed),
    fallbacks: parsed.llm.fallback.map((other) => toOtherModel(parsed, other)),
    ...(supervisor.llm === undefined ? {} : { supervisorLlm: toOtherModel(parsed, supervisor.llm) }),
    supervisor: toSupervisor(supervisor),
    lessons: withoutUndefined({
      enabled: parsed.lessons.enabled,
      llm: toLessonModel(parsed, report),
      from: toLessonSources(parsed.lessons_from, directory, recordsDirectory, report),
    }),
    insightsEvery: parsed.insights_every,
    inspirations: parsed.inspirations,
    sandbox: toSandbox(parsed),
    readable,
    network: parsed.network,
    limits: toLimits(parsed.limits),
    hooks: toHooks(parsed, directory, workspaceDirectory, report),
    gitPersist: parsed.git_persist,
    recordsDirectory,
    logLevel: parsed.verbose ? 'DEBUG' : parsed.log_level,
  }
}

function toModel({ llm, random_seed: seed }: ConfigFile): ModelOptions {
  return withoutUndefined({
    provider: llm.provider,
    model: llm.model,
    apiKey: llm.api_key,
    baseUrl: llm.base_url,
    temperature: llm.temperature,
    maxTokens: llm.max_tokens,
    timeoutSeconds: llm.timeout,
    price: llm.price && withoutUndefined(llm.price),
    effort: llm.effort,
    contextTokens: llm.context_tokens,
    seed,
  })
}

/** A name is another model of the same account: what the first one costs and takes says nothing about it. */
function toOtherModel(parsed: ConfigFile, other: ConfigFile['llm']['fallback'][number]): ModelOptions {
  const { price: _price, contextTokens: _contextTokens, ...same } = toModel(parsed)
  if (typeof other === 'string') return { ...same, model: other }
  const { maxTokens, timeoutSeconds, seed } = same
  return withoutUndefined({
    provider: other.provider,
    model: other.model,
    apiKey: other.api_key,
    baseUrl: other.base_url,
    maxTokens,
    timeoutSeconds,
    price: other.price && withoutUndefined(other.price),
    effort: other.effort,
    contextTokens: other.context_tokens,
    seed,
  })
}

function toLessonModel(parsed: ConfigFile, report: Report): ModelOptions | undefined {
  const { llm } = parsed.lessons
  if (llm === undefined) return undefined
  const model = toOtherModel(parsed, llm)
  if (model.provider === 'builtin')
    report(
      ['lessons', 'llm'],
      'builtin is no language model and writes nothing; expected another provider, or no model at all',
    )
  return model
}

function toSupervisor(supervisor: ConfigFile['supervisor']): Config['supervisor'] {
  return withoutUndefined({
    enabled: supervisor.enabled,
    maxFailedAttempts: supervisor.max_failed_attempts,
    stallEvaluations: supervisor.stall_evaluations,
    stallCostUsd: supervisor.stall_cost_usd,
    stallHours: supervisor.stall_hours,
    stallWindow: supervisor.stall_window,
    cycleDetectionWindow: supervisor.cycle_detection_window,
    redirectWithLlm: supervisor.redirect_with_llm,
    attemptsPerDirection: supervisor.attempts_per_direction,
    maxInterventions: supervisor.max_interventions,
  })
}

/** What the agent can write is never run as the person. */
function toHooks(
  { hooks }: ConfigFile,
  directory: string,
  workspaceDirectory: string,
  report: Report,
): HookCommands {
  for (const [name, command = ''] of Object.entries(hooks)) {
    const [program = ''] = command.trim().split(/\s/)
    if (program.includes('/') && isWithin(resolve(directory, program), workspaceDirectory))
      report(
        ['hooks', name],
        `${program} lies in the workspace, where the agent writes; expected a program of yours`,
      )
  }
  return withoutUndefined(hooks)
}

/** A text of one line that names a file is that file's content. */
function toBrief(
  brief: string | undefined,
  directory: string,
  report: Report,
): { text: string; file?: string } {
  if (brief === undefined || brief.includes('\n')) return { text: brief ?? '' }
  const file = resolve(directory, brief)
  if (brief.length < 256 && kindOfPath(file) === 'file') return { text: readFileSync(file, 'utf8'), file }
  if (/^\S+\.(md|txt)$/.test(brief)) report(['brief'], missingPath(file, brief))
  return { text: brief }
}

function toKnowledgeDirectory(written: string | undefined, directory: string, report: Report): string {
  const path = resolve(directory, written ?? 'knowledge-base')
  if (written !== undefined && kindOfPath(path) !== 'directory')
    report(['knowledge_base_dir'], missingPath(path, written))
  return path
}

function toEmbeddings({ embeddings, llm }: ConfigFile): EmbeddingsSettings {
  const { provider, model, base_url: baseUrl } = embeddings
  const usual = llm.provider === 'openai' && llm.base_url === undefined ? 'openai' : 'local'
  return withoutUndefined({ provider: provider === 'auto' ? usual : provider, model, baseUrl })
}

function toReadable(
  written: readonly string[],
  directory: string,
  apart: Readonly<Record<string, string | undefined>>,
  report: Report,
): readonly string[] {
  return written.map((text, index) => {
    const path = resolve(directory, text)
    if (kindOfPath(path) === 'missing') report(['readable', index], missingPath(path, text))
    requireApart(path, ['readable', index], apart, report)
    return path
  })
}

/** Nothing that is shown to commands may hold what they must not read: it would open what the rest of the file keeps shut. */
function requireApart(
  path: string,
  key: readonly (string | number)[],
  apart: Readonly<Record<string, string | undefined>>,
  report: Report,
): void {
  for (const [what, other] of Object.entries(apart))
    if (other !== undefined && isWithin(other, path))
      report(key, `${path} holds ${what} (${other}); expected a path apart from it`)
}

function toSandbox({ sandbox, container: { image, cpus } }: ConfigFile): SandboxSettings {
  const choice = typeof sandbox === 'string' ? { agent: sandbox, candidate: sandbox } : sandbox
  return withoutUndefined({ ...choice, image, cpus })
}

function toLimits({ memory_gb: memoryGib, processes, file_gb: fileGib }: ConfigFile['limits']): Limits {
  const memoryBytes = memoryGib === undefined ? DEFAULT_LIMITS.memoryBytes : Math.floor(memoryGib * GIB)
  return { memoryBytes, processes, fileBytes: Math.floor(fileGib * GIB) }
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Leaves out keys without a value: an absent cap is no cap, which is not the same as a cap of undefined. */
function withoutUndefined<T extends object>(value: T): Defined<T>
function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined))
}
