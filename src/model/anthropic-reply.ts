import { z } from 'zod'
import type { Usage } from '../events.ts'
import type { Connection } from './connection.ts'
import type { AssistantMessage, ModelReply, OpaqueBlock } from './model.ts'
import { brokenOff, unlike } from './read-events.ts'
import { createReply, type SaidEnd } from './reply.ts'
import { parseToolArguments } from './tool-calls.ts'

const usageSchema = z.object({
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
})

const blockSchema = z.union([
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown().optional() }),
  z.looseObject({
    type: z.literal('thinking'),
    thinking: z.string(),
    signature: z.string().nullish(),
  }),
  unlike('text', 'tool_use', 'thinking'),
])

const deltaSchema = z.union([
  z.object({ type: z.literal('text_delta'), text: z.string() }),
  z.object({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.object({ type: z.literal('signature_delta'), signature: z.string() }),
  z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
  unlike('text_delta', 'thinking_delta', 'signature_delta', 'input_json_delta'),
])

/** The events of a reply. */
export const eventSchema = z.union([
  z.object({
    type: z.literal('message_start'),
    message: z.object({ usage: usageSchema.nullish(), model: z.string().nullish().catch(null) }),
  }),
  z.object({ type: z.literal('content_block_start'), index: z.number(), content_block: blockSchema }),
  z.object({ type: z.literal('content_block_delta'), index: z.number(), delta: deltaSchema }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage: usageSchema.nullish(),
  }),
  z.object({ type: z.literal('message_stop') }),
  unlike('message_start', 'content_block_start', 'content_block_delta', 'message_delta', 'message_stop'),
])

type Event = z.output<typeof eventSchema>
type UsageReport = z.output<typeof usageSchema>

/** A block while it grows: what it began with, and what was added. */
interface Draft {
  readonly start: z.output<typeof blockSchema>
  added: string
  signature: string | null
}

const ENDS: ReadonlyMap<string | null | undefined, SaidEnd> = new Map([
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['pause_turn', 'length'],
  ['refusal', 'refused'],
])

/** Puts a streamed reply together. */
export function toReply(events: readonly Event[], connection: Connection): ModelReply {
  const drafts = new Map<number, Draft>()
  let end: SaidEnd = 'complete'
  for (const event of events) {
    switch (event.type) {
      case 'content_block_start':
        drafts.set(event.index, { start: event.content_block, added: '', signature: null })
        break
      case 'content_block_delta':
        extend(drafts.get(event.index), event.delta)
        break
      case 'message_delta':
        end = ENDS.get(event.delta.stop_reason) ?? 'complete'
        break
    }
  }
  if (!events.some((event) => event.type === 'message_stop')) throw brokenOff(connection, usageOf(events))

  const cut = end === 'length' ? [...drafts.values()].at(-1) : undefined
  const content = [...drafts.values()].flatMap((draft) => toBlocks(draft, draft === cut))
  const start = events.find((event) => event.type === 'message_start')
  return createReply(connection, content, end, usageOf(events), start?.message.model)
}

/** What the events so far have counted. Counts of the output come as it grows. */
export function usageOf(events: readonly Event[]): Usage | null {
  let report: UsageReport | null = null
  for (const event of events) {
    if (event.type === 'message_start') report = event.message.usage ?? null
    if (event.type === 'message_delta') report = update(report, event.usage)
  }
  return report === null ? null : toUsage(report)
}

function extend(draft: Draft | undefined, delta: z.output<typeof deltaSchema>): void {
  if (draft === undefined) return
  if (delta.type === 'text_delta') draft.added += delta.text
  if (delta.type === 'thinking_delta') draft.added += delta.thinking
  if (delta.type === 'input_json_delta') draft.added += delta.partial_json
  if (delta.type === 'signature_delta') draft.signature = delta.signature
}

function toBlocks({ start, added, signature }: Draft, isCut: boolean): AssistantMessage['content'] {
  if (start.type === 'text') return [{ type: 'text', text: start.text + added }]
  if (start.type === 'tool_use') {
    const text = added || (isCut ? '' : JSON.stringify(start.input ?? {}))
    return [{ type: 'tool_call', id: start.id, name: start.name, ...parseToolArguments(text, isCut) }]
  }
  if (start.type === 'other') return [toOpaque(start.value)]
  return [toOpaque({ ...start, thinking: start.thinking + added, signature: signature ?? start.signature })]
}

function toOpaque(value: unknown): OpaqueBlock {
  return { type: 'opaque', provider: 'anthropic', value }
}

/** Counts at the end of a reply replace those at its beginning; what is not reported again stands. */
function update(usage: UsageReport | null, report: UsageReport | null | undefined): UsageReport | null {
  const counts = Object.entries(report ?? {}).filter(([, count]) => typeof count === 'number')
  return counts.length === 0 ? usage : { ...usage, ...Object.fromEntries(counts) }
}

function toUsage(report: UsageReport): Usage {
  return {
    inputTokens: report.input_tokens ?? 0,
    cacheReadTokens: report.cache_read_input_tokens ?? 0,
    cacheWriteTokens: report.cache_creation_input_tokens ?? 0,
    outputTokens: report.output_tokens ?? 0,
  }
}
