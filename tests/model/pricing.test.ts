import { describe, expect, test } from 'vitest'
import { createPricing } from '../../src/model/pricing.ts'
import { PROVIDERS } from '../../src/model/providers.ts'

const usage = { inputTokens: 1000, cacheReadTokens: 20_000, cacheWriteTokens: 3000, outputTokens: 400 }
const anthropic = { provider: 'anthropic', baseUrl: PROVIDERS.anthropic.baseUrl, price: undefined } as const
const custom = { provider: 'custom', baseUrl: 'http://localhost:8000/v1', price: undefined } as const

describe('the price list', () => {
  test('prices each kind of input once', () => {
    const { priceOf } = createPricing({ ...anthropic, model: 'claude-opus-4-5' })
    expect(priceOf(usage)).toBeCloseTo((1000 * 5 + 20_000 * 0.5 + 3000 * 6.25 + 400 * 25) / 1e6, 12)
  })

  test('knows that long prompts are dearer, the cached part included', () => {
    const { priceOf } = createPricing({
      provider: 'openai',
      model: 'gpt-6-astra',
      baseUrl: PROVIDERS.openai.baseUrl,
      price: undefined,
    })
    const short = { inputTokens: 100_000, cacheReadTokens: 100_000, cacheWriteTokens: 0, outputTokens: 0 }
    const long = { ...short, cacheReadTokens: 300_000 }
    expect(priceOf(short)).toBeCloseTo(0.1 * 10 + 0.1 * 1, 9)
    expect(priceOf(long)).toBeCloseTo(0.1 * 20 + 0.3 * 2, 9)
  })

  test.each(['openai', 'anthropic'] as const)(
    'prices the default model of %s, and knows its context',
    (provider) => {
      const model = PROVIDERS[provider].defaultModel ?? ''
      const pricing = createPricing({
        provider,
        model,
        baseUrl: PROVIDERS[provider].baseUrl,
        price: undefined,
      })
      expect(pricing.priced).toBe(true)
      expect(pricing.priceOf(usage)).toBeGreaterThan(0)
      expect(pricing.contextTokens).toBeGreaterThan(100_000)
    },
  )

  test('knows resellers by their address', () => {
    const { priceOf } = createPricing({
      ...custom,
      baseUrl: 'https://openrouter.ai/api/v1',
      model: 'openai/gpt-oss-120b',
    })
    expect(priceOf(usage)).toBeGreaterThan(0)
  })

  test.each([
    { ...anthropic, model: 'claude-of-tomorrow' },
    // A well-known name on a machine of one's own costs electricity, not what the list says.
    { ...custom, model: 'gpt-oss-120b' },
    { ...custom, model: 'claude-opus-5-5' },
  ])('knows no price for $model at $baseUrl', (connection) => {
    const pricing = createPricing(connection)
    expect(pricing).toMatchObject({ priced: false, contextTokens: null })
    expect(pricing.priceOf(usage)).toBeNull()
  })
})

describe("the person's price", () => {
  test('comes before the list, and writing to the cache costs a quarter more', () => {
    const price = { input: 2, output: 8, cached: 0.5 }
    const { priced, priceOf } = createPricing({ ...anthropic, model: 'claude-opus-5-5', price })
    expect(priced).toBe(true)
    expect(priceOf(usage)).toBeCloseTo((1000 * 2 + 20_000 * 0.5 + 3000 * 2.5 + 400 * 8) / 1e6, 12)
  })

  test('for input holds for cached input where that has none of its own', () => {
    const { priceOf } = createPricing({ ...custom, model: 'm', price: { input: 2, output: 8 } })
    expect(priceOf(usage)).toBeCloseTo((21_000 * 2 + 3000 * 2.5 + 400 * 8) / 1e6, 12)
  })

  test('of nothing is nothing, which is a price', () => {
    const { priceOf } = createPricing({ ...custom, model: 'm', price: { input: 0, output: 0 } })
    expect(priceOf(usage)).toBe(0)
  })
})

test('usage that nobody counted has no price', () => {
  expect(createPricing({ ...anthropic, model: 'claude-opus-5-5' }).priceOf(null)).toBeNull()
})
