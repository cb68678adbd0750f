import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createOpenAIEmbeddings } from '../../src/knowledge/embeddings.ts'

const requestSchema = z.object({ model: z.string(), input: z.array(z.string()), encoding_format: z.string() })
type Request = z.output<typeof requestSchema>

/** A server of OpenAI's embeddings endpoint. */
async function startServer(
  reply: (request: Request, message: IncomingMessage) => { status: number; body: unknown },
) {
  const server = createServer(async (message, response) => {
    const { status, body } = reply(requestSchema.parse(JSON.parse(await text(message))), message)
    response.writeHead(status, { 'content-type': 'application/json', 'x-should-retry': 'false' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return createOpenAIEmbeddings({ apiKey: 'key', baseUrl: `http://127.0.0.1:${address.port}/v1`, model: 'm' })
}

const { signal } = new AbortController()

test('texts go out in batches; vectors come back in the order of the texts', async () => {
  const requests: Request[] = []
  const embeddings = await startServer((request, message) => {
    expect(message.url).toBe('/v1/embeddings')
    expect(message.headers.authorization).toBe('Bearer key')
    requests.push(request)
    const data = request.input.map((input, index) => ({
      object: 'embedding',
      index,
      embedding: [input.length, 1],
    }))
    return { status: 200, body: { object: 'list', model: 'm', data: data.reverse() } }
  })
  const texts = Array.from({ length: 150 }, (_, length) => 'x'.repeat(length + 1))

  expect(await embeddings.embed(texts, signal)).toEqual(texts.map((sent) => [sent.length, 1]))
  expect(requests.map((request) => request.input.length)).toEqual([64, 64, 22])
})

test('a text that no model would take is cut', async () => {
  const embeddings = await startServer(({ input }) => {
    const data = input.map((sent, index) => ({ index, embedding: [sent.length] }))
    return { status: 200, body: { data } }
  })

  expect(await embeddings.embed(['x'.repeat(1_000_000)], signal)).toEqual([[6_000]])
})

test.each([
  ['a wrong key', 401, { error: { message: 'Incorrect API key provided' } }, 'Incorrect API key provided'],
  ['too few vectors', 200, { data: [] }, '1 texts were sent and 0 vectors came back'],
  ['no vectors at all', 200, { message: 'hello' }, 'data'],
])('%s is an error of the knowledge base', async (_, status, body, message) => {
  const embeddings = await startServer(() => ({ status, body }))

  await expect(embeddings.embed(['x'], signal)).rejects.toMatchObject({
    code: 'knowledge',
    message: expect.stringContaining(message),
    hint: expect.stringContaining('local embeddings'),
  })
})

test('an abort stays an abort', async () => {
  const controller = new AbortController()
  const embeddings = await startServer(() => {
    controller.abort()
    return { status: 500, body: {} }
  })

  await expect(embeddings.embed(['x'], controller.signal)).rejects.toMatchObject({ name: 'AbortError' })
})
