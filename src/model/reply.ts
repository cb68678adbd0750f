import type { Usage } from '../events.ts'
import type { Connection } from './connection.ts'
import type { AssistantMessage, ModelReply, ReplyEnd } from './model.ts'

/** Of a call that was not counted. */
export const NO_USAGE: Usage = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }

/** Whether a whole reply ends with tool calls is seen in it: servers disagree about what to call that. */
export type SaidEnd = Exclude<ReplyEnd, 'tool-calls'>

/**
 * A reply with its price. Usage that a server doesn't report counts as zero, and then the price is unknown. Blank text and
 * reasoning that leads to nothing are left out: providers refuse to take them back.
 */
export function createReply(
  connection: Connection,
  blocks: AssistantMessage['content'],
  end: SaidEnd,
  usage: Usage | null,
  answeredBy?: string | null,
): ModelReply {
  const said = blocks.filter((block) => block.type !== 'text' || block.text.trim() !== '')
  const content = said.slice(0, said.findLastIndex((block) => block.type !== 'opaque') + 1)
  const calls = content.some((block) => block.type === 'tool_call')
  return {
    message: { role: 'assistant', content },
    end: end === 'complete' && calls ? 'tool-calls' : end,
    usage: usage ?? NO_USAGE,
    costUsd: connection.priceOf(usage),
    ...(answeredBy ? { answeredBy } : {}),
  }
}
