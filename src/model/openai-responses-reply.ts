import { z } from 'zod'
import type { Usage } from '../events.ts'
import type { Connection } from './connection.ts'
import type { AssistantMessage, ModelReply } from './model.ts'
import { toModelError } from './provider-errors.ts'
import { brokenOff, toBilled, unlike } from './read-events.ts'
import { createReply } from './reply.ts'
import { parseToolArguments } from './tool-calls.ts'

/** What the next text is, commentary or the answer: the API wants to hear it again. Our own block, kept before the text. */
export const phaseSchema = z.strictObject({
  type: z.literal('phase'),
  phase: z.enum(['commentary', 'final_answer']),
})

const partSchema = z.union([
  z.object({ type: z.literal('output_text'), text: z.string() }),
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
  unlike('output_text', 'refusal'),
])

const itemSchema = z.union([
  z.object({
    type: z.literal('message'),
    content: z.array(partSchema),
    phase: phaseSchema.shape.phase.nullish().catch(null),
  }),
  z.object({
    type: z.literal('function_call'),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  unlike('message', 'function_call'),
])

const usageSchema = z.object({
  input_tokens: z.number(),
  output_tokens: z.number(),
  input_tokens_details: z
    .object({ cached_tokens: z.number().nullish(), cache_write_tokens: z.number().nullish() })
    .nullish(),
})

const ENDINGS = ['response.completed', 'response.incomplete', 'response.failed'] as const

/** The last event has the whole reply in it; all others only announce its pieces. */
export const eventSchema = z.union([
  z.object({
    type: z.enum(ENDINGS),
    response: z.object({
      status: z.string().nullish(),
      output: z.array(itemSchema),
      usage: usageSchema.nullish(),
      model: z.string().nullish().catch(null),
      incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
      error: z.unknown().optional(),
    }),
  }),
  unlike(...ENDINGS),
])

/** Reads a streamed reply. */
export function toReply(events: readonly z.output<typeof eventSchema>[], connection: Connection): ModelReply {
  const last = events.findLast((event) => event.type !== 'other')
  const usage = usageOf(events)
  if (last === undefined) throw brokenOff(connection, usage)
  const { status, output, incomplete_details: incomplete, error } = last.response
  if (status === 'failed')
    throw toModelError({ error: error ?? { code: 'server_error' } }, connection, toBilled(usage, connection))

  const refused = incomplete?.reason === 'content_filter' || output.some(isRefusal)
  const cut = status === 'incomplete' && !refused
  const content = output.flatMap((item, index) => toBlocks(item, cut && index === output.length - 1))
  const end = refused ? 'refused' : cut ? 'length' : 'complete'
  return createReply(connection, content, end, usage, last.response.model)
}

/** What is counted: all of it, in the last event. */
export function usageOf(events: readonly z.output<typeof eventSchema>[]): Usage | null {
  const last = events.findLast((event) => event.type !== 'other')
  return last?.response.usage ? toUsage(last.response.usage) : null
}

function isRefusal(item: z.output<typeof itemSchema>): boolean {
  return item.type === 'message' && item.content.some((part) => part.type === 'refusal')
}

function toBlocks(item: z.output<typeof itemSchema>, isCut: boolean): AssistantMessage['content'] {
  const opaque = (value: unknown) => ({ type: 'opaque' as const, provider: 'openai', value })
  if (item.type === 'other') return [opaque(item.value)]
  if (item.type === 'function_call')
    return [
      {
        type: 'tool_call',
        id: item.call_id,
        name: item.name,
        ...parseToolArguments(item.arguments, isCut),
      },
    ]
  return item.content.flatMap((part) => {
    if (part.type === 'other') return []
    const text = { type: 'text' as const, text: part.type === 'refusal' ? part.refusal : part.text }
    return item.phase ? [opaque({ type: 'phase', phase: item.phase }), text] : [text]
  })
}

function toUsage(report: z.output<typeof usageSchema>): Usage {
  const cacheReadTokens = report.input_tokens_details?.cached_tokens ?? 0
  const cacheWriteTokens = report.input_tokens_details?.cache_write_tokens ?? 0
  return {
    inputTokens: Math.max(0, report.input_tokens - cacheReadTokens - cacheWriteTokens),
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: report.output_tokens,
  }
}
