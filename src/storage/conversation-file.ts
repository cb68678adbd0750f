import type { Conversation } from '../agent/conversation.ts'
import { messageSchema } from '../model/message-schema.ts'
import type { Message } from '../model/model.ts'
import { replaceFile } from './durable-file.ts'
import { type CorruptionAdvice, openJsonLines, readJsonLines } from './json-lines.ts'

const ADVICE: CorruptionAdvice = {
  code: 'storage',
  hint: 'Mend or delete that line, or move the file away: the agent then goes on with a fresh memory.',
}

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
  const extent = readJsonLines(file, ADVICE, (value) => {
    messages.push(messageSchema.parse(value))
  })
  let writer = openJsonLines(file, extent)
  return {
    get messages() {
      return messages
    },
    append(message) {
      writer.append(message, false)
      messages.push(message)
    },
    replace(next) {
      const text = next.map((message) => `${JSON.stringify(message)}\n`).join('')
      replaceFile(file, text)
      writer.close()
      writer = openJsonLines(file, { wholeBytes: Buffer.byteLength(text), tornBytes: 0 })
      messages = [...next]
    },
    close: () => writer.close(),
  }
}
