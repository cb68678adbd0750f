import { APIError as AnthropicError } from '@anthropic-ai/sdk'
import { APIError as OpenaiError } from 'openai'
import { expect, test } from 'vitest'
import type { Connection } from '../../src/model/connection.ts'
import { toModelError } from '../../src/model/provider-errors.ts'
import type { RemoteProvider } from '../../src/model/providers.ts'

/** What the conformance suite doesn't ask of every adapter: what single providers say. */
function connectionTo(provider: RemoteProvider, apiKey: string | null = 'k'): Connection {
  return {
    provider,
    model: 'some-model',
    baseUrl: 'http://localhost:11434/v1',
    apiKey,
    keyVariable: provider === 'custom' ? null : `${provider.toUpperCase()}_API_KEY`,
    temperature: undefined,
    effort: undefined,
    maxTokens: 1000,
    timeoutMs: 1000,
    contextTokens: 1000,
    priced: false,
    priceOf: () => null,
  }
}

function said(provider: RemoteProvider, status: number, message: string, fields: object = {}) {
  const error = { message, ...fields }
  const thrown =
    provider === 'anthropic'
      ? AnthropicError.generate(status, { type: 'error', error }, undefined, new Headers())
      : OpenaiError.generate(status, { error }, undefined, new Headers())
  return toModelError(thrown, connectionTo(provider))
}

test.each<[RemoteProvider, number, string, object, string]>([
  // A request larger than the limit of a minute never gets through; a shorter one does.
  [
    'openai',
    429,
    'Request too large for gpt-6-astra on tokens per min (TPM): Limit 30000',
    { code: 'rate_limit_exceeded' },
    'model-context-overflow',
  ],
  ['custom', 429, 'Too many tokens, please wait before trying again.', {}, 'model-rate-limit'],
  [
    'anthropic',
    429,
    'This request would exceed the rate limit of 30,000 input tokens per minute.',
    { type: 'rate_limit_error' },
    'model-rate-limit',
  ],
  [
    'anthropic',
    400,
    'input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000',
    {},
    'model-context-overflow',
  ],
  [
    'anthropic',
    413,
    'Request exceeds the maximum size',
    { type: 'request_too_large' },
    'model-context-overflow',
  ],
  [
    'custom',
    400,
    "This model's maximum context length is 4096 tokens. However, you requested 5000",
    {},
    'model-context-overflow',
  ],
  [
    'openai',
    400,
    'The encrypted content could not be verified.',
    { code: 'invalid_encrypted_content' },
    'model-context-overflow',
  ],
  [
    'anthropic',
    400,
    'You have reached your specified API usage limits. You will regain access on 2026-12-01.',
    {},
    'model-quota',
  ],
  ['anthropic', 402, 'Check your payment details.', { type: 'billing_error' }, 'model-quota'],
  ['custom', 400, 'The model `x` has been decommissioned.', {}, 'model-retired'],
  ['openai', 404, 'The model x does not exist', { code: 'model_not_found' }, 'model-retired'],
  ['custom', 410, 'Gone', {}, 'model-retired'],
  [
    'openai',
    400,
    "Unsupported parameter: 'temperature' is not supported with this model.",
    {},
    'model-invalid',
  ],
  ['openai', 409, 'conflict', {}, 'model-overloaded'],
  ['custom', 501, 'streaming is not implemented', {}, 'model-invalid'],
  ['custom', 504, 'upstream timed out', {}, 'model-overloaded'],
])('%s, %i: %s', (provider, status, message, fields, code) => {
  expect(said(provider, status, message, fields)).toMatchObject({
    code,
    message: `${provider}/some-model: ${status} ${message}`,
  })
})

test('a model that Ollama lacks is to be pulled', () => {
  expect(said('ollama', 404, 'model "some-model" not found, try pulling it first').hint).toMatch(
    /ollama pull some-model/,
  )
})

test('whether the key is missing or wrong is said apart', () => {
  const thrown = OpenaiError.generate(401, { error: { message: 'Unauthorized' } }, undefined, new Headers())
  expect(toModelError(thrown, connectionTo('ollama', null)).hint).toMatch(/wants a key: set OLLAMA_API_KEY/)
  expect(toModelError(thrown, connectionTo('custom')).hint).toMatch(/refused: check that llm\.api_key/)
})

test('a page of HTML is cut', () => {
  expect(said('custom', 400, 'x'.repeat(100_000)).message.length).toBeLessThan(1000)
})

test.each([undefined, null, 'a string', {}, new Error('socket hang up')])(
  'anything thrown is an error: %s',
  (thrown) => {
    expect(toModelError(thrown, connectionTo('custom')).code).toBe('model-unreachable')
  },
)
