import { afterEach, describe, expect, test, vi } from 'vitest'
import { createModel, type ModelOptions } from '../../src/model/create-model.ts'
import { findApiKey, PROVIDERS } from '../../src/model/providers.ts'

const options = { maxTokens: 1000, timeoutSeconds: 10, seed: 1 }

afterEach(() => {
  vi.unstubAllEnvs()
})

function open(more: Partial<ModelOptions> & Pick<ModelOptions, 'provider'>) {
  return createModel({ ...options, ...more })
}

describe('keys', () => {
  test.each([
    ['openai', 'OPENAI_API_KEY'],
    ['anthropic', 'ANTHROPIC_API_KEY'],
    ['ollama_cloud', 'OLLAMA_API_KEY'],
  ] as const)('%s needs %s', async (provider, variable) => {
    vi.stubEnv(variable, '')
    const error = await open({ provider }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'model-auth',
      hint: expect.stringContaining(`Set ${variable} or llm.api_key`),
    })
    expect(error).toMatchObject({ hint: expect.stringContaining('--provider builtin') })
    vi.stubEnv(variable, 'sk-from-environment')
    expect((await open({ provider })).name).toBe(`${provider}/${PROVIDERS[provider].defaultModel}`)
  })

  test("come from the config first, and never from another provider's variable", () => {
    const env = { OPENAI_API_KEY: 'sk-openai', OLLAMA_API_KEY: 'sk-ollama' }
    expect(findApiKey('openai', 'sk-config', env).key).toBe('sk-config')
    expect(findApiKey('openai', '', env).key).toBe('sk-openai')
    expect(findApiKey('openai', undefined, { OPENAI_API_KEY: 'sk-openai\n' }).key).toBe('sk-openai')
    expect(findApiKey('anthropic', undefined, env)).toEqual({
      key: null,
      variable: 'ANTHROPIC_API_KEY',
      needed: true,
    })
    expect(findApiKey('ollama', undefined, env)).toMatchObject({ key: 'sk-ollama', needed: false })
    expect(findApiKey('custom', undefined, env)).toEqual({ key: null, variable: null, needed: false })
    expect(findApiKey('builtin', undefined, env)).toEqual({ key: null, variable: null, needed: false })
  })
})

test('a custom server has no default model', async () => {
  await expect(open({ provider: 'custom' })).rejects.toMatchObject({
    code: 'config',
    hint: expect.stringContaining('llm.model'),
  })
})

test('an address that is none is a mistake in the config', async () => {
  await expect(open({ provider: 'ollama', baseUrl: 'localhost' })).rejects.toMatchObject({ code: 'config' })
})

test('the context is what the person says, what the model is known for up to a bound, or what the provider has at least', async () => {
  const anthropic = { provider: 'anthropic', apiKey: 'k' } as const
  expect((await open({ ...anthropic, model: 'claude-opus-5-5' })).contextTokens).toBe(200_000)
  const asked = await open({ ...anthropic, model: 'claude-opus-5-5', contextTokens: 1_000_000 })
  expect(asked.contextTokens).toBe(1_000_000)
  expect((await open({ ...anthropic, model: 'claude-opus-5-5', contextTokens: 50_000 })).contextTokens).toBe(
    50_000,
  )
  expect((await open({ ...anthropic, model: 'claude-of-tomorrow' })).contextTokens).toBe(200_000)
})

test('whether calls have a price is known before the first', async () => {
  expect((await open({ provider: 'ollama' })).priced).toBe(false)
  expect((await open({ provider: 'ollama', price: { input: 0, output: 0 } })).priced).toBe(true)
})
