import type { ReplyEvent } from '../events.ts'
import type { Journal } from '../journal.ts'
import { type AssistantMessage, type Message, type ToolCallBlock, toolCallsOf } from '../model/model.ts'

/** What the agent and the harness said to each other, oldest first: the agent's memory. It outlives attempts and restarts. */
export interface Conversation {
  readonly messages: readonly Message[]
  /** What was appended with the model's last reply; null where that had nothing, or none is there. */
  readonly lastReply: ReplyEvent | null
  /** Appends what the harness says. Durable when it returns. */
  append(message: Message): void
  /** Appends a reply with what the journal is to say of it. Durable when it returns. */
  appendReply(message: AssistantMessage, event: ReplyEvent): void
  /** Compaction: the conversation becomes these messages. Atomic. */
  replace(messages: readonly Message[]): void
}

/** Appends to a list of messages. The results of one reply are one message, however many writes they came in. */
export function addMessage(messages: Message[], message: Message): void {
  const last = messages.at(-1)
  const continues =
    message.role === 'user' &&
    last?.role === 'user' &&
    last.content.every((block) => block.type === 'tool_result')
  if (continues)
    messages[messages.length - 1] = { role: 'user', content: [...last.content, ...message.content] }
  else messages.push(message)
}

/** A reply is paid for, so it is kept before the journal counts it: one that a crash left in between is counted now. */
export function recordLostReply({ lastReply }: Conversation, journal: Journal): void {
  const { attempt } = journal.state
  if (lastReply === null || attempt === null || lastReply.attempt !== attempt.number) return
  if (lastReply.turn > attempt.turns) journal.record(lastReply)
}

/** The model's last reply, where the harness has not answered all of it: a process that was killed leaves it so. */
export function openReply(messages: readonly Message[]): AssistantMessage | null {
  const last = messages.findLast((message) => message.role === 'assistant')
  if (last === undefined) return null
  return messages.at(-1) === last || missingResults(messages).length > 0 ? last : null
}

/**
 * The calls of the model's last reply that nobody has answered yet, in order. Providers refuse a conversation that has one:
 * they must be answered before it goes on.
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
