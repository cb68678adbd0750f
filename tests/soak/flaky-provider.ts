import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { anthropicProtocol } from '../model/anthropic-protocol.ts'
import { answerWith, streamOf } from '../model/provider-server.ts'

/** What the provider bills, by model. */
export interface Bill {
  tokens: number
  costUsd: number
  replies: number
}

/** A provider of the Messages API that fails one request in five, in every way it knows, and keeps its own books. */
export interface FlakyProvider {
  readonly url: string
  /** How often it failed in each way. */
  readonly faults: Readonly<Record<string, number>>
  readonly bill: Readonly<Bill>
  /** Told after each reply, with how many there were. */
  onReply: (replies: number) => void
  /** From now on every key is wrong. */
  refuseKeys(): void
  close(): Promise<void>
}

/** Tokens of every whole reply. */
const USAGE = { input: 1_000, cached: 600, output: 12 }
/** Requests that are longer may be refused as too long. */
const LONG_BYTES = 40_000
const RETIRED_AFTER = 3_000
/** USD per million tokens. */
export const PRICES = {
  first: { input: 2, output: 10, cached: 0.5 },
  second: { input: 4, output: 20, cached: 1 },
} as const

const requestSchema = z.object({ model: z.enum(['first', 'second']), messages: z.array(z.unknown()) })

/** One reply of the model that it serves, as calls of tools, the n-th of the run. */
type Play = (reply: number) => readonly (readonly [tool: string, input: unknown])[]

export async function openFlakyProvider(play: Play): Promise<FlakyProvider> {
  const faults: Record<string, number> = {}
  const bill: Bill = { tokens: 0, costUsd: 0, replies: 0 }
  let requests = 0
  let keysAreWrong = false
  let wasTooLong = false

  function charge(model: keyof typeof PRICES, input: number, cached: number, output: number): void {
    const price = PRICES[model]
    bill.tokens += input + output
    bill.costUsd += ((input - cached) * price.input + cached * price.cached + output * price.output) / 1e6
  }

  function reply(
    response: ServerResponse,
    model: keyof typeof PRICES,
    isEmpty: boolean,
    isMangled: boolean,
  ): void {
    const calls = isEmpty ? [] : play(bill.replies)
    bill.replies += 1
    charge(model, USAGE.input, USAGE.cached, USAGE.output)
    anthropicProtocol.stream({
      usage: USAGE,
      calls: calls.map(([name, input], index) => ({
        id: `call_${bill.replies}_${index}`,
        name,
        arguments: isMangled ? `${JSON.stringify(input)}}` : JSON.stringify(input),
      })),
    })(response)
    provider.onReply(bill.replies)
  }

  /** Tells the input that is paid, and a first word, before the line goes dead. */
  async function breakOff(response: ServerResponse, model: keyof typeof PRICES): Promise<void> {
    charge(model, 300, 100, 3)
    const usage = { input_tokens: 200, cache_read_input_tokens: 100, output_tokens: 3 }
    const events = [
      { type: 'message_start', message: { usage } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Let me' } },
    ]
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    // What has arrived when the line goes dead may be lost with it: then nobody could know what was paid.
    await delay(100)
    response.socket?.end()
  }

  const FAULTS: readonly (readonly [
    share: number,
    name: string,
    act: (response: ServerResponse, model: 'first' | 'second') => unknown,
  ])[] = [
    [30, 'rate limit', answerWith(429, error('rate_limit_error', 'Slow down.'), { 'retry-after': '30' })],
    [
      20,
      'rate limit until a date',
      (response) =>
        answerWith(429, error('rate_limit_error', 'Slow down.'), {
          'anthropic-ratelimit-requests-remaining': '0',
          'anthropic-ratelimit-requests-reset': new Date(Date.now() + 20_000).toISOString(),
        })(response),
    ],
    [30, 'overloaded', answerWith(529, error('overloaded_error', 'Overloaded.'))],
    [20, 'trouble of its own', answerWith(500, '<html>Internal error</html>')],
    [10, 'cut after the input was counted', breakOff],
    [15, 'cut before anything', (response) => response.destroy()],
    [15, 'malformed events', streamOf(['{"type":"message_start","message":'], { end: true })],
    [15, 'nothing for a body', streamOf([])],
    [20, 'malformed arguments', (response, model) => reply(response, model, false, true)],
    [20, 'empty reply', (response, model) => reply(response, model, true, false)],
    [1, 'silence', () => undefined],
  ]

  function pickFault(): (typeof FAULTS)[number] | undefined {
    // Which requests fail is the same every time; the factor is prime to the modulus.
    let place = (requests * 617) % 1_000
    return FAULTS.find(([share]) => {
      place -= share
      return place < 0
    })
  }

  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString()
    const { model } = requestSchema.parse(JSON.parse(text))
    requests += 1
    const count = (name: string): void => {
      faults[name] = (faults[name] ?? 0) + 1
    }
    if (keysAreWrong) return answerWith(401, error('authentication_error', 'invalid x-api-key'))(response)
    if (model === 'first' && bill.replies >= RETIRED_AFTER) {
      count('retired')
      return answerWith(404, error('not_found_error', 'model: first'))(response)
    }
    const isTooLong = text.length > LONG_BYTES && !wasTooLong
    wasTooLong = isTooLong
    if (isTooLong) {
      count('context overflow')
      return answerWith(400, error('invalid_request_error', 'prompt is too long'))(response)
    }
    const fault = pickFault()
    if (fault === undefined) return reply(response, model, false, false)
    count(fault[1])
    await fault[2](response, model)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const provider: FlakyProvider = {
    url: `http://127.0.0.1:${port}`,
    faults,
    bill,
    onReply: () => undefined,
    refuseKeys() {
      keysAreWrong = true
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return provider
}

function error(type: string, message: string): unknown {
  return { type: 'error', error: { type, message } }
}
