import { readFile, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import type { InspirationSettings } from '../agent/inspirations.ts'
import type { Budget } from '../budget.ts'
import { AvoError, toMessage } from '../errors.ts'
import type { ScorerSpec } from '../evaluation/scorer-spec.ts'
import type { GateSettings } from '../gate/plan.ts'
import type { HookCommands } from '../hooks/hooks.ts'
import type { Acceptance } from '../measurement.ts'
import type { ModelOptions } from '../model/create-model.ts'
import type { Limits } from '../sandbox/sandbox.ts'
import type { SandboxChoice } from '../sandbox/sandbox-choice.ts'
import type { Direction } from '../score.ts'
import type { SeedSource } from '../storage/stored-lineage.ts'
import type { SupervisorSettings } from '../supervision/sign.ts'
import { type Mistake, toConfigError } from './mistake.ts'
import { configSchema } from './schema.ts'
import { toMistakes } from './schema-mistakes.ts'
import { toConfig } from './to-config.ts'
import { parseYamlFile } from './yaml-file.ts'

/** What a task's avo.yaml says, checked, with defaults filled in. All paths are absolute. */
export interface Config {
  /** The yaml file itself. */
  readonly file: string
  /** What the command line says over it. */
  readonly overrides: readonly Override[]
  /** What it says, by dotted key, defaults included. */
  readonly values: Readonly<Record<string, unknown>>
  readonly projectName: string
  /** What the person wants the agent to know; empty where they said nothing. */
  readonly brief: string
  readonly seed: SeedSource
  /** Globs relative to the workspace. */
  readonly editable: readonly string[]
  readonly workspaceDirectory: string
  readonly scorer: ScorerSpec
  /** Whether the agent may read the scorer's files. */
  readonly scorerVisible: boolean
  readonly direction: Direction
  readonly accept: Acceptance
  readonly gate: GateSettings
  /** Exists where the file names it; the default may be made later, or never. */
  readonly knowledgeDirectory: string
  readonly embeddings: EmbeddingsSettings
  readonly budget: Budget
  /** Model calls in one attempt. */
  readonly maxTurns: number
  /** How long the model's provider may fail before it is given up. */
  readonly giveUpAfterMs: number
  readonly llm: ModelOptions
  /** Models that take its place, in this order. */
  readonly fallbacks: readonly ModelOptions[]
  /** The model that reviews the search and, where nothing else helps, plays the agent; absent where none is given. */
  readonly supervisorLlm?: ModelOptions
  readonly supervisor: SupervisorSettings & {
    readonly enabled: boolean
    /** Whether a model reviews the lineage, rather than a rotation of known strategies. */
    readonly redirectWithLlm: boolean
  }
  readonly lessons: LessonSettings
  /** Attempts from one report on what the search has learnt to the next; 0 for none. */
  readonly insightsEvery: number
  /** Past attempts that a briefing shows. */
  readonly inspirations: InspirationSettings
  readonly sandbox: SandboxSettings
  /** What every command may read besides what is its own. */
  readonly readable: readonly string[]
  /** Domains, where the network is not off altogether. */
  readonly network: {
    /** For the agent's shell. */
    readonly allow: readonly string[]
    readonly scorer: readonly string[]
  }
  /** Of each command. */
  readonly limits: Limits
  /** The person's commands, which are told what happens. */
  readonly hooks: HookCommands
  /** Whether versions are git commits. */
  readonly gitPersist: boolean
  /** The run's records (.avo). */
  readonly recordsDirectory: string
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'
}

/** What attempts teach later ones. */
export interface LessonSettings {
  readonly enabled: boolean
  /** Who puts them into words; absent where they are from the record alone. */
  readonly llm?: ModelOptions
  /** Folders with the lessons of other tasks, and what those are called. */
  readonly from: readonly { readonly task: string; readonly directory: string }[]
}

/** Who keeps commands apart, for each of the two who write them. */
export interface SandboxSettings {
  /** For the agent's shell. */
  readonly agent: SandboxChoice
  /** For scorers and candidates. */
  readonly candidate: SandboxChoice
  /** What containers start from. */
  readonly image?: string
  /** Processors' worth of time that a container may take. */
  readonly cpus?: number
}

/** Who turns documents into vectors. */
export interface EmbeddingsSettings {
  readonly provider: 'local' | 'openai' | 'ollama' | 'custom'
  /** By default the provider's small one. */
  readonly model?: string
  /** By default the provider's own. */
  readonly baseUrl?: string
}

/** A key's value from the command line, in YAML: `--set llm.effort=high`. */
export interface Override {
  /** Dotted path of the key. */
  readonly key: string
  readonly value: string
}

const FILE_NAMES = ['avo.yaml', 'avo.yml', 'config.yaml'] as const

/**
 * Reads a task's configuration. `path` is its directory or its yaml file; an override is a key with a value in YAML and
 * counts as if it stood in the file. Throws an `AvoError` `config` that names everything that is wrong at once.
 */
export async function readConfig(
  path: string,
  overrides: readonly Override[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Config> {
  const file = await findFile(resolve(path))
  const name = nameOf(file)
  const yaml = parseYamlFile(name, await readText(file), overrides, env)
  const mistakes: Mistake[] = [...yaml.mistakes]
  if (mistakes.length === 0) {
    const parsed = configSchema.safeParse(yaml.value)
    if (parsed.success) {
      const config = toConfig(parsed.data, file, (path, message) => mistakes.push({ path, message }))
      if (config !== null && mistakes.length === 0) return { ...config, overrides }
    } else mistakes.push(...toMistakes(parsed.error.issues, yaml.value))
  }
  throw toConfigError(name, mistakes, yaml.placeOf)
}

async function findFile(path: string): Promise<string> {
  const candidates = await stat(path).then(
    (found) => (found.isDirectory() ? FILE_NAMES.map((name) => join(path, name)) : [path]),
    () => [],
  )
  for (const candidate of candidates) if (await stat(candidate).catch(() => null)) return candidate
  const what =
    candidates.length === 0 ? `there is no ${path}` : `${path} is not a task: it has no ${FILE_NAMES[0]}`
  throw new AvoError('config', what, `\`avo init DIR\` makes a task to start from.`)
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AvoError('config', `can't read ${file}: ${toMessage(cause)}`, '', { cause })
  }
}

/** As the person would write it where they are. */
function nameOf(file: string): string {
  const name = relative(process.cwd(), file)
  return name.startsWith('..') ? file : name
}
