import { calcPrice, findProvider, type PriceOptions } from '@pydantic/genai-prices'
import type { Usage } from '../events.ts'
import type { Connection } from './connection.ts'

/** USD per million tokens, as the person states it. */
export interface Price {
  readonly input: number
  readonly output: number
  /** Input read from the provider's cache; by default as dear as other input. */
  readonly cached?: number
}

/** What is known about a model without asking its provider. */
export interface Pricing {
  /** Whether calls have a price. */
  readonly priced: boolean
  /** USD of a call; null where the price is unknown, or the usage was not reported. */
  priceOf(usage: Usage | null): number | null
  /** Null where unknown. */
  readonly contextTokens: number | null
}

const TOKENS_PER_PRICE = 1_000_000
/** Writing to a cache costs a quarter more than plain input, at every provider that charges for it. */
const CACHE_WRITE_FACTOR = 1.25
const NO_USAGE: Usage = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }

/** Prices a model's calls: by the person's price, else by the list that comes with the price package. No network. */
export function createPricing(
  connection: Pick<Connection, 'provider' | 'model' | 'baseUrl'> & { readonly price: Price | undefined },
): Pricing {
  const { price, model } = connection
  const seller = findSeller(connection)
  const listed = seller === null ? null : calculate(NO_USAGE, model, seller)
  return {
    priced: price !== undefined || listed !== null,
    contextTokens: listed?.model.context_window ?? null,
    priceOf(usage) {
      if (usage === null) return null
      if (price !== undefined) return atPrice(usage, price)
      return seller === null ? null : (calculate(usage, model, seller)?.total_price ?? null)
    },
  }
}

/**
 * Whose list holds. A server at an unknown address is nobody's reseller, whatever its models are called, unless the person
 * says that it is OpenAI's or Anthropic's API.
 */
function findSeller({ provider, baseUrl }: Pick<Connection, 'provider' | 'baseUrl'>): PriceOptions | null {
  const byAddress = findProvider({ providerApiUrl: baseUrl })
  if (byAddress !== undefined) return { provider: byAddress }
  return provider === 'openai' || provider === 'anthropic' ? { providerId: provider } : null
}

function calculate(usage: Usage, model: string, seller: PriceOptions): ReturnType<typeof calcPrice> {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage
  return calcPrice(
    {
      input_tokens: inputTokens + cacheReadTokens + cacheWriteTokens,
      cache_read_tokens: cacheReadTokens,
      cache_write_tokens: cacheWriteTokens,
      output_tokens: outputTokens,
    },
    model,
    seller,
  )
}

function atPrice(usage: Usage, price: Price): number {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage
  const cost =
    (inputTokens + cacheWriteTokens * CACHE_WRITE_FACTOR) * price.input +
    cacheReadTokens * (price.cached ?? price.input) +
    outputTokens * price.output
  return cost / TOKENS_PER_PRICE
}
