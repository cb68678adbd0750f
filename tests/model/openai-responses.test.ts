import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { answerCalls } from './conversation.ts'
import { ask } from './describe-model.ts'
import { openProviderServer, type ProviderServer, streamOf } from './provider-server.ts'
import { responsesProtocol } from './responses-protocol.ts'

const never = new AbortController().signal
let server: ProviderServer

beforeAll(async () => {
  server = await openProviderServer()
})
afterEach(() => server.reset())
afterAll(() => server.close())

const open = (options: Parameters<typeof responsesProtocol.createModel>[1] = {}) =>
  responsesProtocol.createModel(server.url, { apiKey: 'sk-test', ...options })

function sent(): Record<string, unknown> {
  return server.requests.at(-1)?.body ?? {}
}

test('nothing is stored at the provider, and the cache is found again', async () => {
  server.mock.onMessage(/./, { content: 'Hi.' })
  const model = await open()
  await model.respond(ask('hello'), never)
  const { prompt_cache_key: key, ...body } = sent()
  expect(body).toMatchObject({
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    instructions: 'You improve programs.',
    max_output_tokens: 4096,
    tools: [{ type: 'function', name: 'read_file', strict: false }, { name: 'submit' }],
  })
  expect(body).not.toHaveProperty('temperature')
  expect(body).not.toHaveProperty('reasoning')
  expect(String(key).length).toBeLessThanOrEqual(64)
  await model.respond(ask('hello again'), never)
  expect(sent()['prompt_cache_key']).toBe(key)
})

test('temperature and effort are sent where they are given', async () => {
  server.mock.onMessage('hello', { content: 'Hi.' })
  await (await open({ temperature: 0.2, effort: 'low' })).respond(ask('hello'), never)
  expect(sent()).toMatchObject({ temperature: 0.2, reasoning: { effort: 'low' } })
  await expect(open({ effort: 'enormous' })).rejects.toMatchObject({ code: 'config' })
})

test('reasoning goes back as it came, in its place, and so does what a text was', async () => {
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'b3BhcXVl' }
  const more = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'bW9yZQ==' }
  server.answerNext(
    streamOf([
      {
        type: 'response.completed',
        response: {
          status: 'completed',
          output: [
            reasoning,
            { type: 'message', phase: 'commentary', content: [{ type: 'output_text', text: 'Reading.' }] },
            more,
            { type: 'function_call', call_id: 'call_a', name: 'read_file', arguments: '{"path":"a.js"}' },
          ],
        },
      },
    ]),
  )
  const model = await open()
  const { message } = await model.respond(ask('hello'), never)
  await model.respond(answerCalls(ask('hello'), message), never).catch(() => null)
  expect(sent()['input']).toEqual([
    { role: 'user', content: [{ type: 'input_text', text: 'hello' }] },
    reasoning,
    { role: 'assistant', content: 'Reading.', phase: 'commentary' },
    more,
    { type: 'function_call', call_id: 'call_a', name: 'read_file', arguments: '{"path":"a.js"}' },
    { type: 'function_call_output', call_id: 'call_a', output: 'result of call_a' },
  ])
})

test('reasoning that leads to nothing is left out: the API refuses it when it comes back', async () => {
  server.answerNext(
    streamOf([
      {
        type: 'response.incomplete',
        response: {
          status: 'incomplete',
          incomplete_details: { reason: 'max_output_tokens' },
          output: [{ type: 'reasoning', id: 'rs_1', summary: [] }],
        },
      },
    ]),
  )
  const reply = await (await open()).respond(ask('hello'), never)
  expect(reply).toMatchObject({ end: 'length', message: { content: [] } })
})

test('a reply that a filter ended is a refusal', async () => {
  server.answerNext(
    streamOf([
      {
        type: 'response.incomplete',
        response: { status: 'incomplete', incomplete_details: { reason: 'content_filter' }, output: [] },
      },
    ]),
  )
  expect((await (await open()).respond(ask('hello'), never)).end).toBe('refused')
})

test('cache writes are counted apart', async () => {
  const usage = {
    input_tokens: 1000,
    input_tokens_details: { cached_tokens: 600, cache_write_tokens: 300 },
    output_tokens: 10,
  }
  server.answerNext(
    streamOf([{ type: 'response.completed', response: { status: 'completed', output: [], usage } }]),
  )
  const reply = await (await open()).respond(ask('hello'), never)
  expect(reply.usage).toEqual({
    inputTokens: 100,
    cacheReadTokens: 600,
    cacheWriteTokens: 300,
    outputTokens: 10,
  })
})

test('a limit that is met in the middle of a reply is said in words only', async () => {
  const error = { code: 'rate_limit_exceeded', message: 'Rate limit reached. Please try again in 1m30s.' }
  server.answerNext(
    streamOf([{ type: 'response.failed', response: { status: 'failed', output: [], error } }]),
  )
  await expect((await open()).respond(ask('hello'), never)).rejects.toMatchObject({
    code: 'model-rate-limit',
    retryAfterMs: 90_000,
  })
})
