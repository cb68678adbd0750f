import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ModelError } from '../../src/model/model-error.ts'
import { createPatientModel } from '../../src/model/patient-model.ts'
import { createVirtualClock } from '../virtual-clock.ts'
import { anthropicProtocol } from './anthropic-protocol.ts'
import { chatProtocol } from './chat-protocol.ts'
import { ask } from './describe-model.ts'
import { answerWith, openProviderServer, type ProviderServer, streamOf } from './provider-server.ts'

const never = new AbortController().signal
const price = { input: 10, output: 100, cached: 1 }
const begun = [
  {
    type: 'message_start',
    message: { usage: { input_tokens: 90, cache_read_input_tokens: 10, output_tokens: 2 } },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Well' } },
]
const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
const counted = {
  usage: { inputTokens: 90, cacheReadTokens: 10, cacheWriteTokens: 0, outputTokens: 2 },
  costUsd: expect.closeTo((90 * 10 + 10 + 2 * 100) / 1e6, 12),
}

let server: ProviderServer
beforeAll(async () => {
  server = await openProviderServer()
})
afterEach(() => server.reset())
afterAll(() => server.close())

async function failure(protocol: typeof anthropicProtocol, signal = never): Promise<ModelError> {
  const model = await protocol.createModel(server.url, { apiKey: 'sk-test', price })
  const error = await model.respond(ask('hello'), signal).catch((thrown: unknown) => thrown)
  if (!(error instanceof ModelError)) throw error
  return error
}

test('a reply that broke off costs what was counted at its beginning', async () => {
  server.answerNext(streamOf([...begun, overloaded], { named: true }))
  expect((await failure(anthropicProtocol)).billed).toEqual(counted)
  server.answerNext(streamOf(begun, { named: true }))
  expect((await failure(anthropicProtocol)).billed).toEqual(counted)
})

test('where nothing is counted before the end, the cost is unknown', async () => {
  server.answerNext(streamOf([{ choices: [{ delta: { content: 'Well' } }] }]))
  expect((await failure(chatProtocol('custom', 'some-model'))).billed).toMatchObject({
    usage: { inputTokens: 0, outputTokens: 0 },
    costUsd: null,
  })
})

test('a refused call costs nothing', async () => {
  server.answerNext(answerWith(529, overloaded))
  expect((await failure(anthropicProtocol)).billed).toBeNull()
})

test('a reply that the person stops in the middle is paid too, and they stop at once', async () => {
  const controller = new AbortController()
  const reason = new Error('the person said stop')
  server.answerNext((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of begun) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    setTimeout(() => controller.abort(reason), 100)
  })
  const failures: ModelError[] = []
  const model = createPatientModel(
    await anthropicProtocol.createModel(server.url, { apiKey: 'sk-test', price }),
    {
      clock: createVirtualClock(),
      giveUpAfterMs: () => 1e9,
      beforeCall: () => undefined,
      onFailure: (error) => failures.push(error),
      beforeWait: () => undefined,
    },
  )
  await expect(model.respond(ask('hello'), controller.signal)).rejects.toBe(reason)
  expect(failures.map(({ billed }) => billed)).toEqual([counted])
})
