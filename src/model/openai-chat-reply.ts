import { z } from 'zod'
import type { Usage } from '../events.ts'
import type { Connection } from './connection.ts'
import type { AssistantMessage, ModelReply, ModelRequest, ToolCallBlock } from './model.ts'
import { brokenOff } from './read-events.ts'
import { createReply, type SaidEnd } from './reply.ts'
import { parseToolArguments } from './tool-calls.ts'

/** Reasoning in the open. Servers have two names for it and want it back under the one that they used. */
export const reasoningSchema = z.object({
  reasoning: z.string().exactOptional(),
  reasoning_content: z.string().exactOptional(),
})

const callSchema = z.object({
  index: z.number().nullish(),
  id: z.string().nullish(),
  function: z
    .object({
      name: z.string().nullish(),
      // Some servers send the object itself.
      arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    })
    .nullish(),
})

const deltaSchema = z.object({
  content: z.string().nullish(),
  refusal: z.string().nullish(),
  reasoning: z.string().nullish().catch(null),
  reasoning_content: z.string().nullish().catch(null),
  tool_calls: z.array(callSchema).nullish(),
})

const usageSchema = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  prompt_tokens_details: z
    .object({ cached_tokens: z.number().nullish(), cache_write_tokens: z.number().nullish() })
    .nullish(),
})

/** One piece of a streamed reply. The last ones may have no choice, or no delta. */
export const chunkSchema = z.object({
  choices: z.array(z.object({ delta: deltaSchema.nullish(), finish_reason: z.string().nullish() })).nullish(),
  usage: usageSchema.nullish(),
  model: z.string().nullish().catch(null),
})

type Delta = z.output<typeof deltaSchema>
type CallDelta = z.output<typeof callSchema>

/** A call while it grows. */
interface Draft {
  readonly index: number | null
  readonly id: string | null
  readonly name: string
  arguments: string
}

const ENDS: ReadonlyMap<string, SaidEnd> = new Map([
  ['length', 'length'],
  ['content_filter', 'refused'],
])

/** Puts a streamed reply together. */
export function toReply(
  chunks: readonly z.output<typeof chunkSchema>[],
  request: ModelRequest,
  connection: Connection,
): ModelReply {
  const choices = chunks.flatMap((chunk) => chunk.choices?.slice(0, 1) ?? [])
  const finish = choices.findLast((choice) => choice.finish_reason)?.finish_reason
  if (!finish) throw brokenOff(connection, usageOf(chunks))
  const deltas = choices.flatMap((choice) => choice.delta ?? [])
  const refusal = join(deltas, 'refusal')
  const end = refusal === '' ? (ENDS.get(finish) ?? 'complete') : 'refused'

  const calls = toCalls(
    deltas.flatMap((delta) => delta.tool_calls ?? []),
    request,
    end === 'length',
  )
  const content: AssistantMessage['content'] = [
    ...toOpaque(deltas, connection.provider),
    { type: 'text', text: join(deltas, 'content') + refusal },
    ...calls,
  ]
  return createReply(connection, content, end, usageOf(chunks), chunks.find(({ model }) => model)?.model)
}

/** What the chunks so far have counted: the last one has all, and some servers count in every one. */
export function usageOf(chunks: readonly z.output<typeof chunkSchema>[]): Usage | null {
  const usage = chunks.findLast((chunk) => chunk.usage)?.usage
  return usage ? toUsage(usage) : null
}

function join(
  deltas: readonly Delta[],
  field: 'content' | 'refusal' | 'reasoning' | 'reasoning_content',
): string {
  return deltas.map((delta) => delta[field] ?? '').join('')
}

function toOpaque(deltas: readonly Delta[], provider: string): AssistantMessage['content'] {
  const fields = (['reasoning', 'reasoning_content'] as const)
    .map((field) => [field, join(deltas, field)] as const)
    .filter(([, text]) => text !== '')
  return fields.length === 0 ? [] : [{ type: 'opaque', provider, value: Object.fromEntries(fields) }]
}

/** Calls for which the server has no id get one from their place in the conversation. */
function toCalls(deltas: readonly CallDelta[], request: ModelRequest, isCut: boolean): ToolCallBlock[] {
  const drafts = gather(deltas)
  return drafts.map((draft, position) => ({
    type: 'tool_call',
    id: draft.id ?? `call_${request.messages.length}_${position}`,
    name: draft.name,
    ...parseToolArguments(draft.arguments, isCut && position === drafts.length - 1),
  }))
}

/** Pieces of one call have the same index. Some servers give one index to all calls, or none: then the id tells. */
function gather(deltas: readonly CallDelta[]): Draft[] {
  const drafts: Draft[] = []
  for (const delta of deltas) {
    const index = delta.index ?? null
    const id = delta.id || null
    const name = delta.function?.name || null
    const open = drafts.findLast((draft) => draft.index === index)
    const begins = open === undefined || (id !== null ? id !== open.id : index === null && name !== null)
    const draft = begins ? { index, id, name: name ?? '', arguments: '' } : open
    if (begins) drafts.push(draft)
    draft.arguments += toText(delta.function?.arguments)
  }
  return drafts
}

function toText(written: string | Record<string, unknown> | null | undefined): string {
  return typeof written === 'object' && written !== null ? JSON.stringify(written) : (written ?? '')
}

function toUsage(report: z.output<typeof usageSchema>): Usage {
  const cacheReadTokens = report.prompt_tokens_details?.cached_tokens ?? 0
  const cacheWriteTokens = report.prompt_tokens_details?.cache_write_tokens ?? 0
  return {
    inputTokens: Math.max(0, report.prompt_tokens - cacheReadTokens - cacheWriteTokens),
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: report.completion_tokens,
  }
}
