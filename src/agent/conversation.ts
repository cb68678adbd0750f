import { type Message, type ToolCallBlock, toolCallsOf } from '../model/model.ts'

/** What the agent and the harness said to each other, oldest first: the agent's memory. It outlives attempts and restarts. */
export interface Conversation {
  readonly messages: readonly Message[]
  /** Appends; on the disk when it returns (not fsynced). */
  append(message: Message): void
  /** Compaction: the conversation becomes these messages. Atomic. */
  replace(messages: readonly Message[]): void
}

/**
 * The calls of the model's last reply that nobody has answered yet, in order. A process that is killed in the middle of a
 * turn leaves them, and providers refuse a conversation that has one: they must be answered before it goes on.
 */
export function missingResults(messages: readonly Message[]): readonly ToolCallBlock[] {
  const last = messages.findLastIndex((message) => message.role === 'assistant')
  const reply = messages[last]
  if (reply?.role !== 'assistant') return []
  const answered = new Set<string>()
  for (const message of messages.slice(last + 1))
    for (const block of message.content) if (block.type === 'tool_result') answered.add(block.id)
  return toolCallsOf(reply).filter((call) => !answered.has(call.id))
}
