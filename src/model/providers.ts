/** Who answers. `custom` is any server that speaks OpenAI's Chat Completions; `builtin` is no language model at all. */
export type Provider = 'openai' | 'anthropic' | 'ollama' | 'ollama_cloud' | 'custom' | 'builtin'

/** A provider that is asked over the network. */
export type RemoteProvider = Exclude<Provider, 'builtin'>

interface ProviderFacts {
  /** The model that is asked where the config names none: the newest strong one whose price is known. */
  readonly defaultModel: string | null
  readonly baseUrl: string
  readonly keyVariable: string | null
  readonly needsKey: boolean
  /** For models that nothing is known about. */
  readonly contextTokens: number
}

export const PROVIDERS: Readonly<Record<RemoteProvider, ProviderFacts>> = {
  openai: {
    defaultModel: 'gpt-6-astra',
    baseUrl: 'https://api.openai.com/v1',
    keyVariable: 'OPENAI_API_KEY',
    needsKey: true,
    contextTokens: 400_000,
  },
  anthropic: {
    defaultModel: 'claude-fable-5-1',
    baseUrl: 'https://api.anthropic.com',
    keyVariable: 'ANTHROPIC_API_KEY',
    needsKey: true,
    contextTokens: 200_000,
  },
  ollama: {
    defaultModel: 'gpt-oss:20b',
    baseUrl: 'http://localhost:11434/v1',
    keyVariable: 'OLLAMA_API_KEY',
    needsKey: false,
    contextTokens: 32_768,
  },
  ollama_cloud: {
    defaultModel: 'gpt-oss:120b',
    baseUrl: 'https://ollama.com/v1',
    keyVariable: 'OLLAMA_API_KEY',
    needsKey: true,
    contextTokens: 131_072,
  },
  custom: {
    defaultModel: null,
    baseUrl: 'http://localhost:8000/v1',
    keyVariable: null,
    needsKey: false,
    contextTokens: 32_768,
  },
}

/** A provider's key, and where it was looked for. */
export interface ApiKey {
  /** Null where there is none. */
  readonly key: string | null
  /** The environment variable that holds it, null where no variable is read. */
  readonly variable: string | null
  /** Whether nothing can be asked without it. */
  readonly needed: boolean
}

/** The key that the config gives, else the environment's. A `custom` server gets only a key that the config gives. */
export function findApiKey(
  provider: Provider,
  apiKey: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): ApiKey {
  if (provider === 'builtin') return { key: null, variable: null, needed: false }
  const { keyVariable: variable, needsKey: needed } = PROVIDERS[provider]
  const key = apiKey?.trim() || (variable === null ? null : env[variable]?.trim()) || null
  return { key, variable, needed }
}
