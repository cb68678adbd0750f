import { z } from 'zod'
import { addMessage, type Conversation } from '../agent/conversation.ts'
import type { ReplyEvent } from '../events.ts'
import { messageSchema } from '../model/message-schema.ts'
import { type Message, textOf, toolCallsOf } from '../model/model.ts'
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

/** A reply as the agent's memory still has it. */
export interface Said {
  /** Which one; null where the memory was cut since, and does not say any more. */
  readonly reply: { readonly attempt: number; readonly turn: number } | null
  readonly text: string
  /** What the harness said before it, its calls' results left out. */
  readonly told: readonly string[]
  /** Its calls: what they asked for as JSON, and what came back where that has come. */
  readonly calls: readonly {
    readonly id: string
    readonly input: string
    readonly output: string | null
  }[]
}

/**
 * What is still there of a conversation, oldest first, without disturbing whoever writes it. Throws as `openConversation` does.
 */
export function readConversation(file: string): readonly Said[] {
  const said: Said[] = []
  let told: readonly string[] = []
  readJsonLines(file, ADVICE, (value) => {
    const message = messageSchema.parse(value)
    if (message.role === 'assistant') {
      const { attempt, turn } = lineSchema.parse(value).event ?? {}
      const reply = attempt === undefined || turn === undefined ? null : { attempt, turn }
      const calls = toolCallsOf(message).map(({ id, input }) => ({ id, input: toText(input), output: null }))
      said.push({ reply, text: textOf(message), told, calls })
      told = []
      return
    }
    const results = new Map(
      message.content.flatMap((block) =>
        block.type === 'tool_result' ? [[block.id, block.text] as const] : [],
      ),
    )
    told = [...told, ...message.content.flatMap((block) => (block.type === 'text' ? [block.text] : []))]
    const last = said.at(-1)
    if (last === undefined || results.size === 0) return
    const calls = last.calls.map((call) => ({ ...call, output: results.get(call.id) ?? call.output }))
    said[said.length - 1] = { ...last, calls }
  })
  return said
}

function toText(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input, null, 2)
}
