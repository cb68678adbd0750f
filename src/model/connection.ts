import type { Usage } from '../events.ts'
import type { RemoteProvider } from './providers.ts'

/** Everything that an adapter needs to reach one model, with every default filled in. */
export interface Connection {
  readonly provider: RemoteProvider
  readonly model: string
  readonly baseUrl: string
  /** Null where the server wants none. */
  readonly apiKey: string | null
  /** Where the key is looked for when the config gives none; null where nowhere. */
  readonly keyVariable: string | null
  readonly temperature: number | undefined
  readonly effort: string | undefined
  /** Tokens of one reply at most, reasoning included. */
  readonly maxTokens: number
  /** The longest wait for the next piece of a reply. */
  readonly timeoutMs: number
  readonly contextTokens: number
  /** Whether calls have a price. */
  readonly priced: boolean
  /** USD; null where the price or the usage is unknown. */
  priceOf(usage: Usage | null): number | null
}

/** A model as people write it: `anthropic/claude-…`. */
export function nameOf(connection: Pick<Connection, 'provider' | 'model'>): string {
  return `${connection.provider}/${connection.model}`
}
