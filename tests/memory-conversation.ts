import type { Conversation } from '../src/agent/conversation.ts'
import type { Message } from '../src/model/model.ts'

/** A conversation that lives as long as the process. */
export function memoryConversation(): Conversation {
  let messages: Message[] = []
  return {
    get messages() {
      return messages
    },
    append(message) {
      messages.push(message)
    },
    replace(next) {
      messages = [...next]
    },
  }
}
