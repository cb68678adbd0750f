import { createDecision, type Decision } from './local-search/decision.ts'
import { createMemory, type Memory, remember } from './local-search/memory.ts'
import type { AssistantMessage, Message, ModelClient } from './model.ts'

/** The conversation costs nothing to read again; this keeps its file at a few megabytes. */
const CONTEXT_TOKENS = 1_000_000

/**
 * A seeded local search that plays the agent's part through the agent's own tools. It is no language model: all it knows
 * are the recipes in the knowledge base and the numbers in the code. In an attempt it starts from the best version and
 * tries one untried move after the other, until one is better, which it submits, or none is left, which it says.
 *
 * What it does follows from its seed and the conversation alone: a run is reproducible as far as its scores are, and one
 * that was cut off goes on. What a compacted conversation no longer tells may be tried again.
 */
export function createLocalSearch(options: { readonly seed: number }): ModelClient {
  const read = createReader()
  const decide = createDecision(options.seed)
  return {
    name: 'builtin/local-search',
    contextTokens: CONTEXT_TOKENS,
    maxReplyTokens: 0,
    priced: true,
    priceOf: () => 0,
    async respond({ messages }, signal) {
      signal.throwIfAborted()
      const decision = await decide(read(messages))
      return {
        message: toMessage(decision, messages.length),
        end: decision.calls.length > 0 ? 'tool-calls' : 'complete',
        usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
        costUsd: 0,
      }
    },
  }
}

/** Reads a conversation: every message once while it only grows, and all of it again when it was compacted. */
function createReader(): (messages: readonly Message[]) => Memory {
  let memory = createMemory()
  let count = 0
  let last: Message | undefined
  return (messages) => {
    if (messages[count - 1] !== last) {
      memory = createMemory()
      count = 0
    }
    for (const message of messages.slice(count)) remember(memory, message)
    count = messages.length
    last = messages.at(-1)
    return memory
  }
}

function toMessage({ text, calls }: Decision, turn: number): AssistantMessage {
  const blocks = calls.map(({ tool, input }, index) => ({
    type: 'tool_call' as const,
    id: `local-search-${turn}-${index}`,
    name: tool,
    input,
  }))
  return { role: 'assistant', content: [{ type: 'text', text }, ...blocks] }
}
