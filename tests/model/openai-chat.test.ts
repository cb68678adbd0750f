import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ModelRequest, toolCallsOf } from '../../src/model/model.ts'
import { isOpenai } from '../../src/model/openai.ts'
import type { Provider } from '../../src/model/providers.ts'
import { chatProtocol } from './chat-protocol.ts'
import { answerCalls, converse } from './conversation.ts'
import { ask } from './describe-model.ts'
import { openProviderServer, type ProviderServer, streamOf } from './provider-server.ts'

const never = new AbortController().signal
let server: ProviderServer

beforeAll(async () => {
  server = await openProviderServer()
})
afterEach(() => server.reset())
afterAll(() => server.close())

const open = (
  provider: Provider = 'custom',
  options: Parameters<ReturnType<typeof chatProtocol>['createModel']>[1] = {},
) => chatProtocol(provider, 'some-model').createModel(server.url, options)

function sent(): Record<string, unknown> {
  return server.requests.at(-1)?.body ?? {}
}

/** A reply in one chunk. */
const chunk = (delta: unknown, finish = 'stop') => streamOf([{ choices: [{ delta, finish_reason: finish }] }])

test('only OpenAI itself is asked over the Responses API', () => {
  const openai = (baseUrl: string) => isOpenai({ provider: 'openai', baseUrl })
  expect(openai('https://api.openai.com/v1')).toBe(true)
  expect(openai('https://my-gateway.example/api.openai.com/v1')).toBe(false)
  expect(openai('https://api.openai.com.example/v1')).toBe(false)
  expect(isOpenai({ provider: 'custom', baseUrl: 'https://api.openai.com/v1' })).toBe(false)
})

describe('requests', () => {
  test.each([
    ['ollama', 'max_tokens'],
    ['custom', 'max_tokens'],
    ['openai', 'max_completion_tokens'],
  ] as const)('%s limits a reply by %s', async (provider, field) => {
    server.mock.onMessage('hello', { content: 'Hi.' })
    await (await open(provider, { apiKey: 'k' })).respond(ask('hello'), never)
    expect(sent()).toMatchObject({ [field]: 4096, stream: true, stream_options: { include_usage: true } })
    expect(Object.keys(sent()).filter((name) => /^max_/.test(name))).toEqual([field])
  })

  test('without a key no key is sent, whatever the environment holds for OpenAI', async () => {
    server.mock.onMessage('hello', { content: 'Hi.' })
    await (await open()).respond(ask('hello'), never)
    expect(server.requests.at(-1)?.headers.authorization).toBeUndefined()
    await (await open('custom', { apiKey: 'sk-mine' })).respond(ask('hello'), never)
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer sk-mine')
  })

  test('results stand directly behind their calls, what else was said behind them', async () => {
    const request = converse(1)
    const last = request.messages.at(-1)
    if (last?.role !== 'user') throw new Error('a conversation ends with the user')
    const content = [
      { type: 'text' as const, text: 'One turn is left.' },
      ...last.content.map((block) => ({ ...block, failed: true })),
    ]
    server.mock.onMessage(/./, { content: 'Hi.' })
    await (await open()).respond(
      { ...request, messages: [...request.messages.slice(0, -1), { role: 'user', content }] },
      never,
    )
    expect(sent()['messages']).toEqual([
      { role: 'system', content: 'You improve programs.' },
      { role: 'user', content: 'Improve it.' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'call_0', type: 'function', function: { name: 'read_file', arguments: '{"path":"0.js"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_0', content: 'Error: result of call_0' },
      { role: 'user', content: 'One turn is left.' },
    ])
  })

  test('neither an empty list of tools nor an empty system prompt is sent', async () => {
    server.mock.onMessage('hello', { content: 'Hi.' })
    const request: ModelRequest = { ...ask('hello'), system: '', tools: [] }
    await (await open()).respond(request, never)
    expect(sent()).not.toHaveProperty('tools')
    expect(sent()['messages']).toEqual([{ role: 'user', content: 'hello' }])
  })
})

describe('what servers make of the protocol', () => {
  const call = (fields: object, written: unknown) => ({
    ...fields,
    function: { name: 'submit', arguments: written },
  })

  test.each([
    [
      'one index for all calls',
      [call({ index: 0, id: 'a' }, '{"x":1}'), call({ index: 0, id: 'b' }, '{"x":2}')],
    ],
    ['no index', [call({ id: 'a' }, '{"x":1}'), call({ id: 'b' }, '{"x":2}')]],
    [
      'the id in every piece',
      [
        call({ index: 0, id: 'a' }, '{"x"'),
        call({ index: 0, id: 'a' }, ':1}'),
        call({ index: 1, id: 'b' }, '{"x":2}'),
      ],
    ],
    [
      'arguments that are no text',
      [call({ index: 0, id: 'a' }, { x: 1 }), call({ index: 1, id: 'b' }, { x: 2 })],
    ],
  ])('%s', async (_, calls) => {
    server.answerNext(chunk({ tool_calls: calls }, 'tool_calls'))
    const { message } = await (await open()).respond(ask('hello'), never)
    expect(toolCallsOf(message).map(({ id, input }) => [id, input])).toEqual([
      ['a', { x: 1 }],
      ['b', { x: 2 }],
    ])
  })

  test('calls without ids get some that are unique in the conversation', async () => {
    const model = await open()
    const reply = () => chunk({ tool_calls: [call({}, '{}'), call({}, '{}')] })
    server.answerNext(reply())
    const first = await model.respond(ask('hello'), never)
    expect(first.end).toBe('tool-calls')
    server.answerNext(reply())
    const second = await model.respond(answerCalls(ask('hello'), first.message), never)
    const ids = [...toolCallsOf(first.message), ...toolCallsOf(second.message)].map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
  })

  test.each(['reasoning', 'reasoning_content'])(
    '%s goes back under its name, and to nobody else',
    async (field) => {
      const delta = { [field]: 'First the file.', tool_calls: [call({ index: 0, id: 'a' }, '{}')] }
      server.answerNext(chunk(delta, 'tool_calls'))
      const { message } = await (await open()).respond(ask('hello'), never)
      const next = answerCalls(ask('hello'), message)
      server.mock.onMessage(/./, { content: 'Hi.' })
      await (await open()).respond(next, never)
      expect(sent()).toMatchObject({
        messages: [{}, {}, { role: 'assistant', [field]: 'First the file.' }, {}],
      })
      await (await open('ollama')).respond(next, never)
      expect(JSON.stringify(sent())).not.toContain('First the file.')
    },
  )

  test('a filter that ends a reply is a refusal', async () => {
    server.answerNext(chunk({ content: 'I' }, 'content_filter'))
    expect((await (await open()).respond(ask('hello'), never)).end).toBe('refused')
  })

  test('a stream that ends without a reason was cut', async () => {
    server.answerNext(streamOf([{ choices: [{ delta: { content: 'Half a' } }] }, '[DONE]']))
    await expect((await open()).respond(ask('hello'), never)).rejects.toMatchObject({
      code: 'model-unreachable',
    })
  })
})
