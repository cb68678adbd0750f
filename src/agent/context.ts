import type { Message, ToolDefinition } from '../model/model.ts'

/** Characters of English and code per token, on the low side: a call that is compacted too early costs less than one refused. */
export const CHARACTERS_PER_TOKEN = 3

/** Part of the model's context that a request may take before the conversation is compacted. */
const COMPACT_AT = 0.8
/** Part that is never kept free for a reply, however long a reply may be. */
const LEAST_REQUEST = 0.5
/** Part of the conversation's room that the last turns may take after compaction: the more is kept, the sooner it is full again. */
const KEPT_TURNS = 0.2
/** Part that one tool result may take. */
const RESULT = 0.1
/** Part of it that the briefing may take. */
const BRIEFING = 0.25
/** Part of a request that is the conversation's, however long the system text and the tools. */
const LEAST_ROOM = 0.3
const MAX_RESULT_CHARACTERS = 30_000
/** What is believed of a context that is smaller than it was said to be, as a part of what a provider refused. */
const AFTER_OVERFLOW = 0.9
/** Part of the context that is believed in, whatever is refused: not every refusal is about length. */
const LEAST_BELIEVED = 0.125

/** What fits into a model's context, and how much of it each part of a request may take. */
export interface Context {
  readonly maxResultCharacters: number
  readonly maxBriefingCharacters: number
  /** Tokens that the last turns may take after compaction. */
  readonly keptTokens: number
  /** Tokens of a request with these messages, estimated from its length. */
  tokensOf(messages: readonly Message[]): number
  /** Whether such a request leaves too little for a reply. */
  isFull(messages: readonly Message[]): boolean
  /** Takes note that a request was refused as too long: from now on less fits, so that it does not happen again and again. */
  overflow(tokens: number): void
}

/** Plans a context from what is the same in every request: the system text, the tools and the longest reply. */
export function createContext(options: {
  /** May change when another model takes the place of one. */
  readonly contextTokens: () => number
  readonly maxReplyTokens: number
  readonly system: string
  readonly tools: readonly ToolDefinition[]
}): Context {
  const { maxReplyTokens, system, tools } = options
  const fixed = system.length + JSON.stringify(tools).length
  let believed = Number.POSITIVE_INFINITY

  const size = (): number => Math.min(options.contextTokens(), believed)
  const limit = (): number =>
    Math.min(size() * COMPACT_AT, Math.max(size() * LEAST_REQUEST, size() - maxReplyTokens))
  const room = (): number => Math.max(limit() * LEAST_ROOM, limit() - fixed / CHARACTERS_PER_TOKEN)

  function tokensOf(messages: readonly Message[]): number {
    const length = messages.reduce((sum, message) => sum + lengthOf(message), fixed)
    return Math.ceil(length / CHARACTERS_PER_TOKEN)
  }

  return {
    get maxResultCharacters() {
      return Math.min(MAX_RESULT_CHARACTERS, Math.floor(size() * CHARACTERS_PER_TOKEN * RESULT))
    },
    get maxBriefingCharacters() {
      return Math.floor(room() * CHARACTERS_PER_TOKEN * BRIEFING)
    },
    get keptTokens() {
      return Math.floor(room() * KEPT_TURNS)
    },
    tokensOf,
    isFull: (messages) => tokensOf(messages) > limit(),
    overflow(tokens) {
      const fits = Math.floor((tokens * AFTER_OVERFLOW) / COMPACT_AT)
      believed = Math.max(Math.min(size(), fits), options.contextTokens() * LEAST_BELIEVED)
    },
  }
}

const lengths = new WeakMap<Message, number>()

/** Characters of a message as it is sent. Each is measured once. */
export function lengthOf(message: Message): number {
  const known = lengths.get(message)
  if (known !== undefined) return known
  const length = JSON.stringify(message).length
  lengths.set(message, length)
  return length
}
