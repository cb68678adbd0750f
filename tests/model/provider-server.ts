import { createServer, request as forward, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LLMock } from '@copilotkit/aimock'
import { z } from 'zod'

/** A request as it arrived, byte for byte: the mock's own journal keeps a translation only. */
export interface ReceivedRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
}

/** Writes one answer, for what the mock can't say. */
export type Answer = (response: ServerResponse) => void

/** A provider on a local port: aimock speaks the protocols, unless the next answer was written out by the test. */
export interface ProviderServer {
  readonly url: string
  readonly mock: LLMock
  readonly requests: readonly ReceivedRequest[]
  answerNext(answer: Answer): void
  /** Forgets requests, fixtures and answers. */
  reset(): void
  close(): Promise<void>
}

export async function openProviderServer(): Promise<ProviderServer> {
  const mock = await LLMock.create({ port: 0 })
  const requests: ReceivedRequest[] = []
  const answers: Answer[] = []
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString()
    requests.push({
      path: request.url ?? '',
      headers: request.headers,
      body: z.record(z.string(), z.unknown()).parse(JSON.parse(text)),
    })
    const answer = answers.shift()
    if (answer !== undefined) return answer(response)
    const { method, headers } = request
    const upstream = forward(`${mock.url}${request.url}`, { method, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 500, reply.headers)
      reply.on('error', () => response.destroy()).pipe(response)
    })
    upstream.on('error', () => response.destroy()).end(text)
    response.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    mock,
    requests,
    answerNext: (answer) => answers.push(answer),
    reset() {
      mock.reset()
      requests.length = 0
      answers.length = 0
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await mock.stop()
    },
  }
}

/** An answer with a status, headers and a body. */
export function answerWith(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

/** A stream of server-sent events. Named ones take the name from their `type`. */
export function streamOf(
  events: readonly unknown[],
  options: { named?: boolean; end?: boolean } = {},
): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of events) {
      const { data: type } = z.string().safeParse(Object(event).type)
      const data = typeof event === 'string' ? event : JSON.stringify(event)
      response.write(`${options.named && type ? `event: ${type}\n` : ''}data: ${data}\n\n`)
    }
    if (options.end === false) setImmediate(() => response.destroy())
    else response.end()
  }
}
