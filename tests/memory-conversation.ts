import { addMessage, type Conversation } from '../src/agent/conversation.ts'
import type { ReplyEvent } from '../src/events.ts'
import type { Message } from '../src/model/model.ts'

/** A conversation that lives as long as the process. */
export function memoryConversation(): Conversation {
  let messages: Message[] = []
  let lastReply: ReplyEvent | null = null
  return {
    get messages() {
      return messages
    },
    get lastReply() {
      return lastReply
    },
    append: (message) => addMessage(messages, message),
    appendReply(message, event) {
      addMessage(messages, message)
      lastReply = event
    },
    replace(next) {
      messages = [...next]
      lastReply = null
    },
  }
}
