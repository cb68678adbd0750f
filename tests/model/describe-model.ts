import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ModelClient, type ModelRequest, textOf, toolCallsOf } from '../../src/model/model.ts'
import { ModelError } from '../../src/model/model-error.ts'
import type { Protocol } from './protocol.ts'
import { answerWith, openProviderServer, type ProviderServer } from './provider-server.ts'

const never = new AbortController().signal
const KEY = 'sk-test-0123456789'

/** Asks for something, with two tools at hand. */
export function ask(text: string): ModelRequest {
  return {
    system: 'You improve programs.',
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    tools: ['read_file', 'submit'].map((name) => ({
      name,
      description: `does ${name}`,
      input: { type: 'object', properties: { path: { type: 'string' } } },
    })),
  }
}

/** What every adapter must do, told to a real server over HTTP. */
export function describeModel(name: string, protocol: Protocol): void {
  describe(name, () => {
    let server: ProviderServer
    const open = (options: Parameters<Protocol['createModel']>[1] = {}): Promise<ModelClient> =>
      protocol.createModel(server.url, { apiKey: KEY, ...options })
    const failure = async (model: ModelClient, signal = never): Promise<ModelError> => {
      const error = await model.respond(ask('hello'), signal).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ModelError)
      return error as ModelError
    }

    beforeAll(async () => {
      server = await openProviderServer()
    })
    afterEach(() => server.reset())
    afterAll(() => server.close())

    describe('replies', () => {
      test('text, and who said it', async () => {
        server.mock.onMessage('hello', { content: 'Good day to you.' })
        const model = await open()
        const reply = await model.respond(ask('hello'), never)
        expect(textOf(reply.message)).toBe('Good day to you.')
        expect(reply.end).toBe('complete')
        expect(model.name).toMatch(new RegExp(`/${reply.answeredBy}$`))
      })

      test('several tool calls behind a text, and their results', async () => {
        server.mock.onToolResult('call_b', { content: 'Both read.' })
        server.mock.onMessage('hello', {
          content: 'Reading both.',
          toolCalls: [
            { id: 'call_a', name: 'read_file', arguments: { path: 'a.js' } },
            { id: 'call_b', name: 'submit', arguments: {} },
          ],
        })
        const model = await open()
        const request = ask('hello')
        const reply = await model.respond(request, never)
        expect(reply.end).toBe('tool-calls')
        expect(textOf(reply.message)).toBe('Reading both.')
        expect(toolCallsOf(reply.message)).toEqual([
          { type: 'tool_call', id: 'call_a', name: 'read_file', input: { path: 'a.js' } },
          { type: 'tool_call', id: 'call_b', name: 'submit', input: {} },
        ])

        const results = toolCallsOf(reply.message).map((call) => ({
          type: 'tool_result' as const,
          id: call.id,
          text: `result of ${call.id}`,
          failed: call.id === 'call_b',
        }))
        const messages = [...request.messages, reply.message, { role: 'user' as const, content: results }]
        const next = await model.respond({ ...request, messages }, never)
        expect(textOf(next.message)).toBe('Both read.')
        expect(JSON.stringify(server.requests.at(-1)?.body)).toContain('result of call_a')
      })

      test('arguments that are not JSON come back as they were written', async () => {
        server.answerNext(
          protocol.stream({ calls: [{ id: 'call_a', name: 'read_file', arguments: '{"path": a.js}' }] }),
        )
        const reply = await (await open()).respond(ask('hello'), never)
        expect(reply.end).toBe('tool-calls')
        expect(toolCallsOf(reply.message)).toEqual([
          {
            type: 'tool_call',
            id: 'call_a',
            name: 'read_file',
            input: '{"path": a.js}',
            malformed: expect.stringMatching(/JSON/),
          },
        ])
      })

      test('arguments that were malformed can be sent back', async () => {
        const call = {
          type: 'tool_call' as const,
          id: 'call_a',
          name: 'read_file',
          input: '{"pa',
          malformed: 'x',
        }
        const request = ask('hello')
        server.mock.onToolResult('call_a', { content: 'Sorry.' })
        const result = { type: 'tool_result' as const, id: 'call_a', text: 'not JSON', failed: true }
        const reply = await (await open()).respond(
          {
            ...request,
            messages: [
              ...request.messages,
              { role: 'assistant', content: [call] },
              { role: 'user', content: [result] },
            ],
          },
          never,
        )
        expect(textOf(reply.message)).toBe('Sorry.')
      })

      test('a text that was cut by the token limit', async () => {
        server.mock.onMessage('hello', { content: 'Once upon a', finishReason: 'length' })
        const reply = await (await open()).respond(ask('hello'), never)
        expect(reply.end).toBe('length')
        expect(textOf(reply.message)).toBe('Once upon a')
      })

      test.each(['{"path":"a.js","text":"const', ''])(
        'a call that was cut after %j is not run as if it were whole',
        async (written) => {
          const whole = { id: 'call_a', name: 'submit', arguments: '' }
          const cut = { id: 'call_b', name: 'read_file', arguments: written }
          server.answerNext(protocol.stream({ calls: [whole, cut], cutOff: true }))
          const reply = await (await open()).respond(ask('hello'), never)
          expect(reply.end).toBe('length')
          const [first, second] = toolCallsOf(reply.message)
          expect(first).toEqual({ type: 'tool_call', id: 'call_a', name: 'submit', input: {} })
          expect(second).toMatchObject({ input: written, malformed: expect.stringContaining('cut off') })
        },
      )

      test('a refusal', async () => {
        server.answerNext(protocol.stream({ refusal: "I can't help with that." }))
        expect((await (await open()).respond(ask('hello'), never)).end).toBe('refused')
      })

      test('nothing at all', async () => {
        server.answerNext(protocol.stream({}))
        const reply = await (await open()).respond(ask('hello'), never)
        expect(reply).toMatchObject({ end: 'complete', message: { content: [] } })
      })

      test('blank text is nothing: providers refuse it when it comes back', async () => {
        server.answerNext(protocol.stream({ text: '\n \n' }))
        expect((await (await open()).respond(ask('hello'), never)).message.content).toEqual([])
      })
    })

    describe('usage', () => {
      const price = { input: 10, output: 100, cached: 1 }

      test('input that came from the cache is not counted twice', async () => {
        server.answerNext(protocol.stream({ text: 'Hi.', usage: { input: 1000, cached: 900, output: 50 } }))
        const reply = await (await open({ price })).respond(ask('hello'), never)
        expect(reply.usage).toEqual({
          inputTokens: 100,
          cacheReadTokens: 900,
          cacheWriteTokens: 0,
          outputTokens: 50,
        })
        expect(reply.costUsd).toBeCloseTo((100 * 10 + 900 * 1 + 50 * 100) / 1e6, 12)
      })

      test('a server that does not count has no known cost', async () => {
        server.answerNext(protocol.stream({ text: 'Hi.', usage: null }))
        const reply = await (await open({ price })).respond(ask('hello'), never)
        expect(reply.usage).toEqual({
          inputTokens: 0,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          outputTokens: 0,
        })
        expect(reply.costUsd).toBeNull()
      })
    })

    describe('failures', () => {
      test.each([
        [401, 'model-auth'],
        [403, 'model-auth'],
        [400, 'model-invalid'],
        [422, 'model-invalid'],
        [500, 'model-overloaded'],
        [503, 'model-overloaded'],
        [529, 'model-overloaded'],
      ])('status %i is %s, and the key is not repeated', async (status, code) => {
        server.mock.nextRequestError(status, { message: `no, ${KEY} will not do`, type: 'some_error' })
        const error = await failure(await open())
        expect(error.code).toBe(code)
        expect(error.message).toContain(`${status} no`)
        expect(`${error.message} ${error.hint}`).not.toContain(KEY)
      })

      test('a rate limit says when to come back', async () => {
        server.mock.onMessage('hello', {
          error: { message: 'Slow down.', type: 'rate_limit_error' },
          status: 429,
          retryAfter: 7,
        })
        const error = await failure(await open())
        expect(error).toMatchObject({ code: 'model-rate-limit', retryAfterMs: 7000, isPassing: true })
      })

      test('an empty account is no rate limit that one could wait out', async () => {
        server.answerNext(protocol.noCredit)
        const error = await failure(await open())
        expect(error).toMatchObject({ code: 'model-quota', isPassing: false, isFinal: true })
        expect(error.hint).toMatch(/credit/)
      })

      test('a conversation that is too long', async () => {
        server.answerNext(protocol.overflow)
        expect((await failure(await open())).code).toBe('model-context-overflow')
      })

      test('a model that does not exist is named', async () => {
        server.answerNext(
          answerWith(404, { error: { message: 'model: no-such-model', type: 'not_found_error' } }),
        )
        const error = await failure(await open({ model: 'no-such-model' }))
        expect(error).toMatchObject({ code: 'model-retired', isFinal: true })
        expect(error.message).toContain('no-such-model')
        expect(error.hint).toMatch(/llm\.model/)
      })

      test('an address where nothing answers is named', async () => {
        server.answerNext(answerWith(404, '404 page not found', { 'content-type': 'text/plain' }))
        expect((await failure(await open())).hint).toContain(server.url)
      })

      test('a reply that breaks off', async () => {
        server.mock.onMessage('hello', { content: 'x'.repeat(2000) }, { truncateAfterChunks: 4 })
        expect((await failure(await open())).code).toBe('model-unreachable')
      })

      test('a connection that is lost in a reply', async () => {
        server.answerNext(protocol.streamAndDie({ text: 'Hello, I' }))
        expect((await failure(await open())).code).toBe('model-unreachable')
      })

      test('a provider that fails in the middle of a reply', async () => {
        server.answerNext(protocol.failsInTheMiddle)
        expect((await failure(await open())).code).toBe('model-overloaded')
      })

      test.each([
        ['garbage', 'data: {"type": oops\n\n'],
        ['a web page', '<html>Sign in to the network</html>'],
        ['another protocol', 'event: message_start\ndata: {"type":"message_start","choices":7}\n\n'],
        ['nothing', ''],
      ])('%s for a reply', async (_, text) => {
        server.answerNext(answerWith(200, text, { 'content-type': 'text/event-stream' }))
        expect((await failure(await open())).code).toBe('model-unreachable')
      })

      test('a server that is not there', async () => {
        const gone = await openProviderServer()
        await gone.close()
        const error = await failure(await protocol.createModel(gone.url, { apiKey: KEY }))
        expect(error.code).toBe('model-unreachable')
        expect(error.message).toMatch(/ECONNREFUSED/)
      })

      test('a server that never answers', async () => {
        server.answerNext(() => {})
        expect((await failure(await open({ timeoutSeconds: 0.2 }))).code).toBe('model-unreachable')
      })

      test('a server that falls silent in a reply', async () => {
        server.mock.onMessage(
          'hello',
          { content: 'x'.repeat(2000) },
          { streamingProfile: { ttft: 1, tps: 0.01 } },
        )
        const error = await failure(await open({ timeoutSeconds: 0.2 }))
        expect(error.code).toBe('model-unreachable')
        expect(error.message).toMatch(/timed out/)
      })
    })

    describe('abort', () => {
      test('before the call: the reason is thrown, and nothing is asked', async () => {
        const reason = new Error('the person said stop')
        await expect((await open()).respond(ask('hello'), AbortSignal.abort(reason))).rejects.toBe(reason)
        expect(server.requests).toHaveLength(0)
      })

      test('while the server is silent', async () => {
        const controller = new AbortController()
        const reason = new Error('the person said stop')
        server.answerNext(() => controller.abort(reason))
        await expect((await open()).respond(ask('hello'), controller.signal)).rejects.toBe(reason)
      })

      test('in the middle of a reply', async () => {
        const controller = new AbortController()
        const reason = new Error('the person said stop')
        server.answerNext((response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' })
          response.write(': working\n\n')
          setTimeout(() => controller.abort(reason), 50)
        })
        await expect((await open()).respond(ask('hello'), controller.signal)).rejects.toBe(reason)
      })
    })
  })
}
