import { type Addition, NO_ADDITION } from './budget.ts'
import type { ModelClient, ModelRequest } from './model/model.ts'

/** What protocols put around a request: roles, marks, the provider's own words about tools. */
const PROTOCOL_TOKENS = 1_000
const NO_USAGE = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }

/**
 * What a model call takes at most. No tokenizer makes more tokens than there are bytes; what was sent before is as much as
 * the provider counted then (`lastInputTokens`, of a conversation that has only grown since), and no more than the model's
 * context gets in at all. The dearest kind of input is assumed, and the longest reply.
 */
export function worstCaseOf(
  request: ModelRequest,
  model: Pick<ModelClient, 'contextTokens' | 'maxReplyTokens' | 'priceOf'>,
  lastInputTokens: number | null,
): Addition {
  if (model.maxReplyTokens === 0) return NO_ADDITION
  const input = Math.min(model.contextTokens, inputTokensAtMost(request, lastInputTokens))
  const outputTokens = model.maxReplyTokens
  const fresh = { ...NO_USAGE, inputTokens: input, outputTokens }
  const written = { ...NO_USAGE, cacheWriteTokens: input, outputTokens }
  const costUsd = Math.max(model.priceOf(fresh) ?? 0, model.priceOf(written) ?? 0)
  return { ...NO_ADDITION, tokens: input + outputTokens, costUsd }
}

function inputTokensAtMost(
  { system, messages, tools }: ModelRequest,
  lastInputTokens: number | null,
): number {
  const lastReply = messages.findLastIndex((message) => message.role === 'assistant')
  if (lastInputTokens === null || lastReply === -1)
    return PROTOCOL_TOKENS + bytesOf(system) + bytesOf(tools) + bytesOf(messages)
  return PROTOCOL_TOKENS + lastInputTokens + bytesOf(messages.slice(lastReply))
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
