import { z } from 'zod'
import type { Usage } from '../events.ts'
import { firstLine } from '../text.ts'
import { type Connection, nameOf } from './connection.ts'
import { type Billed, ModelError } from './model-error.ts'
import { toModelError } from './provider-errors.ts'
import { NO_USAGE } from './reply.ts'

/**
 * All events of one streamed reply. They are put together only when the last one is there, so that nothing but the
 * network and the provider can fail in here.
 *
 * @param usageOf what the provider has counted in the events so far; null where nothing
 * @throws the signal's reason when it is aborted before anything came, else a `ModelError`, which says what is paid for the
 * part that came.
 */
export async function readEvents<Schema extends z.ZodType>(
  connection: Connection,
  schema: Schema,
  signal: AbortSignal,
  usageOf: (events: readonly z.output<Schema>[]) => Usage | null,
  open: () => Promise<AsyncIterable<unknown>>,
): Promise<readonly z.output<Schema>[]> {
  const events: z.output<Schema>[] = []
  try {
    signal.throwIfAborted()
    for await (const event of await open()) events.push(check(connection, schema, event))
    signal.throwIfAborted()
    return events
  } catch (thrown) {
    if (events.length === 0) {
      if (signal.aborted) throw signal.reason
      throw toModelError(thrown, connection)
    }
    throw toModelError(thrown, connection, toBilled(usageOf(events), connection))
  }
}

/** The SDKs' types are a promise that compatible servers don't always keep. */
function check<Schema extends z.ZodType>(
  connection: Connection,
  schema: Schema,
  event: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(event)
  if (parsed.success) return parsed.data
  throw new ModelError(
    'model-unreachable',
    `${nameOf(connection)} sent what is no part of a reply: ${firstLine(String(JSON.stringify(event)), 300)}`,
    `Check that the server at ${connection.baseUrl} speaks the protocol of llm.provider.`,
  )
}

/** A schema for what has none of these types: providers add blocks and events, which must not hurt. */
export function unlike(...types: readonly string[]) {
  return z
    .looseObject({ type: z.string() })
    .refine((value) => !types.includes(value.type), { error: 'lacks what its type promises' })
    .transform((value) => ({ type: 'other' as const, value }))
}

/** For a stream that ended before its reply did. */
export function brokenOff(connection: Connection, usage: Usage | null): ModelError {
  return new ModelError(
    'model-unreachable',
    `${nameOf(connection)}: the reply broke off in the middle`,
    'The connection was lost, or the server stopped.',
    { billed: toBilled(usage, connection) },
  )
}

/**
 * What is paid for a part of a reply: what the provider had counted, which for some is the input at the beginning and the
 * output as it grows, and for others nothing before the end. What it did not count is not guessed: it has no known cost.
 */
export function toBilled(usage: Usage | null, connection: Connection): Billed {
  return { usage: usage ?? NO_USAGE, costUsd: connection.priceOf(usage) }
}
