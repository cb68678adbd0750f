import { AvoError } from '../errors.ts'
import type { Connection } from './connection.ts'
import type { ModelClient } from './model.ts'
import { ModelError } from './model-error.ts'
import type { Price } from './pricing.ts'
import { findApiKey, PROVIDERS, type Provider, type RemoteProvider } from './providers.ts'

/** What the `llm` part of the config says. */
export interface ModelOptions {
  readonly provider: Provider
  /** By default the provider's `defaultModel`. */
  readonly model?: string
  /** By default what the provider's environment variable holds. */
  readonly apiKey?: string
  readonly baseUrl?: string
  /** Sent as it is: many reasoning models refuse it. Anthropic's API takes none. */
  readonly temperature?: number
  /** Tokens of one reply at most, reasoning included. */
  readonly maxTokens: number
  /** The longest wait for the next piece of a reply. After 300 seconds of silence Node gives up, whatever this says. */
  readonly timeoutSeconds: number
  /** By default the list price, where it is known. */
  readonly price?: Price
  /** How hard the model thinks, in the provider's words: `low`, `medium`, `high`, … */
  readonly effort?: string
  /** By default what is known about the model, at most 200,000. */
  readonly contextTokens?: number
  /** For the builtin model, which is reproducible. */
  readonly seed: number
}

/** Every turn pays for the whole conversation: more is for those who ask for it. */
const USUAL_CONTEXT_TOKENS = 200_000

/**
 * Opens a model. SDKs and price list are loaded here and not before, because they take longer than most commands.
 *
 * @throws {ModelError} `model-auth` where the key is missing.
 * @throws {AvoError} `config` where no model is named and the provider has no default, or where a setting can't be used.
 */
export async function createModel(options: ModelOptions): Promise<ModelClient> {
  if (options.provider === 'builtin') {
    const { createLocalSearch } = await import('./local-search.ts')
    return createLocalSearch({ seed: options.seed })
  }
  const connection = await connect(options.provider, options)
  if (options.provider === 'anthropic') {
    const { createAnthropic } = await import('./anthropic.ts')
    return createAnthropic(connection)
  }
  const { createOpenai } = await import('./openai.ts')
  return createOpenai(connection)
}

async function connect(provider: RemoteProvider, options: ModelOptions): Promise<Connection> {
  const facts = PROVIDERS[provider]
  const model = options.model || facts.defaultModel
  if (model === null)
    throw new AvoError(
      'config',
      `provider ${provider} has no default model`,
      'Set llm.model to the name under which the server serves it.',
    )
  const baseUrl = options.baseUrl || facts.baseUrl
  if (!URL.canParse(baseUrl))
    throw new AvoError('config', `llm.base_url is no URL: ${baseUrl}`, `Write it like ${facts.baseUrl}`)
  const { key, variable, needed } = findApiKey(provider, options.apiKey, process.env)
  if (needed && key === null)
    throw new ModelError(
      'model-auth',
      `${provider} needs an API key, and ${variable} is not set`,
      `Set ${variable} or llm.api_key; \`--provider builtin\` needs none.`,
    )
  const { createPricing } = await import('./pricing.ts')
  const pricing = createPricing({ provider, model, baseUrl, price: options.price })
  return {
    provider,
    model,
    baseUrl,
    apiKey: key,
    keyVariable: variable,
    temperature: options.temperature,
    effort: options.effort,
    maxTokens: options.maxTokens,
    timeoutMs: options.timeoutSeconds * 1000,
    contextTokens:
      options.contextTokens ?? Math.min(pricing.contextTokens ?? facts.contextTokens, USUAL_CONTEXT_TOKENS),
    priced: pricing.priced,
    priceOf: pricing.priceOf,
  }
}
