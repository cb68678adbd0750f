import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { anthropicProtocol } from './anthropic-protocol.ts'
import { answerCalls, converse } from './conversation.ts'
import { ask } from './describe-model.ts'
import { answerWith, openProviderServer, type ProviderServer, streamOf } from './provider-server.ts'

const never = new AbortController().signal
let server: ProviderServer

beforeAll(async () => {
  server = await openProviderServer()
})
afterEach(() => server.reset())
afterAll(() => server.close())

const open = (options: Parameters<typeof anthropicProtocol.createModel>[1] = {}) =>
  anthropicProtocol.createModel(server.url, { apiKey: 'sk-test', ...options })

/** The body of the last request. */
function sent(): Record<string, unknown> {
  return server.requests.at(-1)?.body ?? {}
}

/** Where the breakpoints are: `system.0`, `messages.4.content.0`. */
function breakpoints(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  const here = 'cache_control' in value ? [path.slice(1)] : []
  return [...here, ...Object.entries(value).flatMap(([key, inner]) => breakpoints(inner, `${path}.${key}`))]
}

function without(value: unknown, field: string): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === field ? undefined : inner)))
}

describe('prompt cache', () => {
  test('breakpoints are on the system prompt and where the last three requests ended', async () => {
    server.mock.onMessage(/./, { content: 'Well.' })
    const model = await open()
    await model.respond(converse(0), never)
    expect(breakpoints(sent()).sort()).toEqual(['messages.0.content.0', 'system.0'])
    await model.respond(converse(5), never)
    expect(breakpoints(sent()).sort()).toEqual([
      'messages.10.content.0',
      'messages.6.content.0',
      'messages.8.content.0',
      'system.0',
    ])
  })

  test('what was sent is sent again byte for byte, and only then what is new', async () => {
    server.mock.onMessage(/./, { content: 'Well.' })
    const model = await open()
    await model.respond(converse(3), never)
    const before = JSON.stringify(without(sent(), 'cache_control'))
    await model.respond(converse(4), never)
    const after = JSON.stringify(
      without({ ...sent(), messages: (sent()['messages'] as []).slice(0, 7) }, 'cache_control'),
    )
    expect(after).toBe(before)
  })

  test('cache writes are counted apart', async () => {
    server.answerNext(
      streamOf(
        [
          {
            type: 'message_start',
            message: {
              usage: {
                input_tokens: 3,
                cache_creation_input_tokens: 500,
                cache_read_input_tokens: 70,
                output_tokens: 1,
              },
            },
          },
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hi.' } },
          {
            type: 'message_delta',
            delta: { stop_reason: 'end_turn' },
            usage: { input_tokens: 4, output_tokens: 9 },
          },
          { type: 'message_stop' },
        ],
        { named: true },
      ),
    )
    const reply = await (await open()).respond(ask('hello'), never)
    expect(reply.usage).toEqual({
      inputTokens: 4,
      cacheReadTokens: 70,
      cacheWriteTokens: 500,
      outputTokens: 9,
    })
    expect(reply.costUsd).toBeCloseTo((4 * 4 + 70 * 0.2 + 500 * 5 + 9 * 20) / 1e6, 12)
  })
})

describe('thinking', () => {
  test('goes back as it came, in its place', async () => {
    server.mock.onMessage('hello', {
      reasoning: 'Let me see the file first.',
      reasoningSignature: 'c2lnbmF0dXJl',
      redactedThinking: ['b3BhcXVl'],
      content: 'Reading.',
      toolCalls: [{ id: 'call_a', name: 'read_file', arguments: { path: 'a.js' } }],
    })
    const model = await open({ effort: 'high' })
    const { message } = await model.respond(ask('hello'), never)
    expect(message.content.map((block) => block.type)).toEqual(['opaque', 'opaque', 'text', 'tool_call'])
    await model.respond(answerCalls(ask('hello'), message), never)
    expect(sent()).toMatchObject({
      messages: [
        {},
        {
          role: 'assistant',
          content: [
            { type: 'redacted_thinking', data: 'b3BhcXVl' },
            { type: 'thinking', thinking: 'Let me see the file first.', signature: 'c2lnbmF0dXJl' },
            { type: 'text', text: 'Reading.' },
            { type: 'tool_use', id: 'call_a', name: 'read_file', input: { path: 'a.js' } },
          ],
        },
        {},
      ],
    })
  })

  test("another provider's reasoning stays at home", async () => {
    server.mock.onMessage('hello', { content: 'Hi.' })
    const request = ask('hello')
    const reasoning = { type: 'opaque' as const, provider: 'openai', value: { type: 'reasoning' } }
    const text = { type: 'text' as const, text: 'Before.' }
    await (await open()).respond(
      {
        ...request,
        messages: [
          ...request.messages,
          { role: 'assistant', content: [reasoning, text] },
          ...request.messages,
        ],
      },
      never,
    )
    expect(sent()).toMatchObject({ messages: [{}, { content: [{ type: 'text', text: 'Before.' }] }, {}] })
  })

  test('half a thought is left out: the API takes none back that leads to nothing', async () => {
    server.answerNext(
      streamOf(
        [
          { type: 'message_start', message: {} },
          {
            type: 'content_block_start',
            index: 0,
            content_block: { type: 'thinking', thinking: '', signature: '' },
          },
          { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Perhaps' } },
          { type: 'message_delta', delta: { stop_reason: 'max_tokens' } },
          { type: 'message_stop' },
        ],
        { named: true },
      ),
    )
    const reply = await (await open()).respond(ask('hello'), never)
    expect(reply).toMatchObject({ end: 'length', message: { content: [] } })
  })

  test('a thinking block that no longer fits asks for a conversation built anew', async () => {
    const message =
      'messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation.'
    server.answerNext(answerWith(400, { type: 'error', error: { type: 'invalid_request_error', message } }))
    await expect((await open()).respond(ask('hello'), never)).rejects.toMatchObject({
      code: 'model-context-overflow',
    })
  })

  test('is asked for with an effort only, and then adaptively', async () => {
    server.mock.onMessage('hello', { content: 'Hi.' })
    await (await open()).respond(ask('hello'), never)
    expect(sent()).not.toHaveProperty('thinking')
    expect(sent()).not.toHaveProperty('output_config')
    await (await open({ effort: 'xhigh' })).respond(ask('hello'), never)
    expect(sent()).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } })
  })

  test.each([{ effort: 'enormous' }, { temperature: 0.7 }])(
    '%j is refused before anything is sent',
    async (options) => {
      await expect(open(options)).rejects.toMatchObject({ code: 'config' })
    },
  )
})

describe('messages', () => {
  test('results come before text, and a failed one is marked', async () => {
    server.mock.onMessage('', { content: 'Hi.' })
    const request = ask('hello')
    const call = { type: 'tool_call' as const, id: 'call_a', name: 'submit', input: {} }
    await (await open()).respond(
      {
        ...request,
        messages: [
          ...request.messages,
          { role: 'assistant', content: [call] },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Two turns are left.' },
              { type: 'text', text: '  ' },
              { type: 'tool_result', id: 'call_a', text: 'no such file', failed: true },
            ],
          },
        ],
      },
      never,
    )
    expect(sent()).toMatchObject({
      messages: [
        {},
        {},
        {
          content: [
            { type: 'tool_result', tool_use_id: 'call_a', content: 'no such file', is_error: true },
            { type: 'text', text: 'Two turns are left.' },
          ],
        },
      ],
    })
  })

  test('neither an empty list of tools nor an empty system prompt is sent', async () => {
    server.mock.onMessage('hello', { content: 'Hi.' })
    await (await open()).respond({ ...ask('hello'), system: '', tools: [] }, never)
    expect(Object.keys(sent()).sort()).toEqual(['max_tokens', 'messages', 'model', 'stream'])
  })

  test.each([
    ['model_context_window_exceeded', 'length'],
    ['pause_turn', 'length'],
    ['stop_sequence', 'complete'],
    ['constructor', 'complete'],
  ])('stop reason %s is %s', async (reason, end) => {
    server.mock.onMessage('hello', { content: 'Hi.', finishReason: reason })
    expect((await (await open()).respond(ask('hello'), never)).end).toBe(end)
  })

  test('blocks and events of tomorrow do not hurt', async () => {
    server.answerNext(
      streamOf(
        [
          { type: 'message_start', message: {} },
          { type: 'weather_report', sunny: true },
          { type: 'content_block_start', index: 0, content_block: { type: 'hologram', data: 'x' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'hologram_delta', data: 'y' } },
          { type: 'content_block_start', index: 1, content_block: { type: 'text', text: 'Hi.' } },
          { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
          { type: 'message_stop' },
        ],
        { named: true },
      ),
    )
    const { message } = await (await open()).respond(ask('hello'), never)
    expect(message.content).toEqual([
      { type: 'opaque', provider: 'anthropic', value: { type: 'hologram', data: 'x' } },
      { type: 'text', text: 'Hi.' },
    ])
  })
})
