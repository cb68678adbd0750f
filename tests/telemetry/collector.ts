import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

/** How a collector behaves. */
export type Manner =
  | 'accepts'
  /** 503, and asks to come back in a while. */
  | 'refuses'
  /** Takes the request and never answers. */
  | 'hangs'
  /** Answers, a byte now and then, and never ends. */
  | 'trickles'

const value = z.object({
  stringValue: z.string().optional(),
  intValue: z.coerce.number().optional(),
  doubleValue: z.number().optional(),
  boolValue: z.boolean().optional(),
  arrayValue: z.object({ values: z.array(z.object({ stringValue: z.string() })) }).optional(),
})
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .default([])
  .transform((list) =>
    Object.fromEntries(
      list.map(({ key, value: { stringValue, intValue, doubleValue, boolValue, arrayValue } }) => [
        key,
        stringValue ??
          intValue ??
          doubleValue ??
          boolValue ??
          arrayValue?.values.map((item) => item.stringValue),
      ]),
    ),
  )
const resource = z.object({ attributes })
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.coerce.number(),
  endTimeUnixNano: z.coerce.number(),
  attributes,
  status: z.object({ code: z.number() }),
})
const point = z.object({
  attributes,
  asInt: z.coerce.number().optional(),
  asDouble: z.number().optional(),
  count: z.coerce.number().optional(),
  sum: z.number().optional(),
  explicitBounds: z.array(z.number()).optional(),
})
const points = z.object({ dataPoints: z.array(point), isMonotonic: z.boolean().optional() })
const metric = z.object({
  name: z.string(),
  unit: z.string(),
  sum: points.optional(),
  gauge: points.optional(),
  histogram: points.optional(),
})
const traces = z.object({
  resourceSpans: z.array(
    z.object({ resource, scopeSpans: z.array(z.object({ schemaUrl: z.string(), spans: z.array(span) })) }),
  ),
})
const metrics = z.object({
  resourceMetrics: z.array(
    z.object({ resource, scopeMetrics: z.array(z.object({ metrics: z.array(metric) })) }),
  ),
})

export type ReceivedSpan = z.output<typeof span>
export type ReceivedMetric = z.output<typeof metric>

/** A server that speaks OTLP over HTTP in JSON, and what it was sent. */
export interface Collector {
  readonly endpoint: string
  /** Path and headers of every request. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingMessage['headers'] }[]
  readonly bodies: readonly string[]
  readonly spans: readonly ReceivedSpan[]
  /** Of the last export. */
  readonly metrics: readonly ReceivedMetric[]
  /** Attributes of the resource that sent last. */
  readonly resource: Readonly<Record<string, unknown>>
}

/** Starts one on the loopback. It is gone after the test. */
export async function startCollector(manner: Manner = 'accepts'): Promise<Collector> {
  const requests: Collector['requests'][number][] = []
  const bodies: string[] = []
  const spans: ReceivedSpan[] = []
  let latest: { metrics: readonly ReceivedMetric[]; resource: Readonly<Record<string, unknown>> } = {
    metrics: [],
    resource: {},
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const path = request.url ?? ''
    requests.push({ path, headers: request.headers })
    bodies.push(body)
    if (path === '/v1/traces')
      for (const { resource: sender, scopeSpans } of traces.parse(JSON.parse(body)).resourceSpans) {
        latest = { ...latest, resource: sender.attributes }
        spans.push(...scopeSpans.flatMap((scope) => scope.spans))
      }
    if (path === '/v1/metrics')
      for (const { resource: sender, scopeMetrics } of metrics.parse(JSON.parse(body)).resourceMetrics)
        latest = { resource: sender.attributes, metrics: scopeMetrics.flatMap((scope) => scope.metrics) }
    answer(response, manner)
  }

  const server = createServer((request, response) => void take(request, response))
  await listen(server)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = addressOf(server)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    bodies,
    spans,
    get metrics() {
      return latest.metrics
    },
    get resource() {
      return latest.resource
    },
  }
}

/** An address where nobody listens. */
export async function findClosedPort(): Promise<string> {
  const server = createServer()
  await listen(server)
  const { port } = addressOf(server)
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

function answer(response: ServerResponse, manner: Manner): void {
  if (manner === 'hangs') return
  if (manner === 'refuses') {
    response.writeHead(503, { 'retry-after': '600' }).end()
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  if (manner === 'accepts') {
    response.end('{}')
    return
  }
  const timer = setInterval(() => response.write(' '), 100)
  response.once('close', () => clearInterval(timer))
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

function addressOf(server: Server): AddressInfo {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen')
  return address
}
