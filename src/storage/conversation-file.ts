import { z } from 'zod'
import { addMessage, type Conversation } from '../agent/conversation.ts'
import type { ReplyEvent } from '../events.ts'
import { messageSchema } from '../model/message-schema.ts'
import type { Message } from '../model/model.ts'
import { replySchema } from '../model/reply-schema.ts'
import { replaceFile } from './durable-file.ts'
import { type CorruptionAdvice, openJsonLines, readJsonLines } from './json-lines.ts'

const ADVICE: CorruptionAdvice = {
  code: 'storage',
  hint: 'Mend or delete that line, or move the file away: the agent then goes on with a fresh memory.',
}

const replyEventSchema: z.ZodType<ReplyEvent> = z.object({
  type: z.literal('model.replied'),
  attempt: z.int().positive(),
  turn: z.int().positive(),
  usage: replySchema.shape.usage,
  costUsd: replySchema.shape.costUsd,
  durationMs: z.number(),
  text: z.string(),
  end: replySchema.shape.end.exactOptional(),
  answeredBy: replySchema.shape.answeredBy,
  calls: z.int().exactOptional(),
})

/** Beside a reply, what the journal is to say of it. */
const lineSchema = z.object({ event: replyEventSchema.exactOptional() })

/** A conversation that is a file, one message a line. */
export interface ConversationFile extends Conversation {
  close(): void
}

/**
 * Opens a conversation. A last message that was torn by a crash is dropped; tool calls that a crash left without results
 * stay, for the agent's loop to answer (`missingResults`). Any other line that is not a message is an `AvoError` (`storage`).
 */
export async function openConversation(file: string): Promise<ConversationFile> {
  let messages: Message[] = []
  let lastReply: ReplyEvent | null = null
  const extent = readJsonLines(file, ADVICE, (value) => {
    addMessage(messages, messageSchema.parse(value))
    lastReply = lineSchema.parse(value).event ?? lastReply
  })
  let writer = openJsonLines(file, extent)
  return {
    get messages() {
      return messages
    },
    get lastReply() {
      return lastReply
    },
    append(message) {
      writer.append(message, true)
      addMessage(messages, message)
    },
    appendReply(message, event) {
      writer.append({ ...message, event }, true)
      addMessage(messages, message)
      lastReply = event
    },
    replace(next) {
      const text = next.map((message) => `${JSON.stringify(message)}\n`).join('')
      replaceFile(file, text)
      writer.close()
      writer = openJsonLines(file, { wholeBytes: Buffer.byteLength(text), tornBytes: 0 })
      messages = [...next]
      lastReply = null
    },
    close: () => writer.close(),
  }
}
