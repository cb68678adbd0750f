import type { Usage } from '../events.ts'

/** What a model is asked to go on with. The message list only ever grows at its end, so that provider caches hit. */
export interface ModelRequest {
  readonly system: string
  readonly messages: readonly Message[]
  readonly tools: readonly ToolDefinition[]
}

/** A tool as the model sees it; `input` is a JSON Schema of an object. */
export interface ToolDefinition {
  readonly name: string
  readonly description: string
  readonly input: Readonly<Record<string, unknown>>
}

export type Message = UserMessage | AssistantMessage

export interface UserMessage {
  readonly role: 'user'
  readonly content: readonly (TextBlock | ToolResultBlock)[]
}

export interface AssistantMessage {
  readonly role: 'assistant'
  readonly content: readonly (TextBlock | ToolCallBlock | OpaqueBlock)[]
}

export interface TextBlock {
  readonly type: 'text'
  readonly text: string
}

export interface ToolCallBlock {
  readonly type: 'tool_call'
  readonly id: string
  readonly name: string
  /** Parsed arguments; where they were not JSON, the text as it came, and `malformed` says what was wrong. */
  readonly input: unknown
  readonly malformed?: string
}

export interface ToolResultBlock {
  readonly type: 'tool_result'
  readonly id: string
  readonly text: string
  readonly failed: boolean
}

/** A provider's own block (thinking, reasoning) that must be sent back to it untouched, and to nobody else. */
export interface OpaqueBlock {
  readonly type: 'opaque'
  readonly provider: string
  readonly value: unknown
}

/** Why the model stopped talking. */
export type ReplyEnd = 'complete' | 'tool-calls' | 'length' | 'refused'

/** One reply. */
export interface ModelReply {
  readonly message: AssistantMessage
  readonly end: ReplyEnd
  readonly usage: Usage
  /** Null where the price is unknown. */
  readonly costUsd: number | null
  /** The model that answered, in the provider's words; absent where it does not say. */
  readonly answeredBy?: string
}

/**
 * A model: one method. Adapters stream inside and translate every failure into an `AvoError` whose code begins with
 * `model-`; a rate limit's error is a `ModelError` that says when to come back, and one of a reply that broke off, or was
 * aborted in the middle, what is paid for it. They don't retry: whoever opened them does.
 */
export interface ModelClient {
  /** As people write it: `anthropic/claude-…`, `builtin/local-search`. */
  readonly name: string
  /** Tokens of context that the model can take; a call near it is compacted first. */
  readonly contextTokens: number
  /** Tokens of one reply at most, reasoning included; 0 for a model whose calls take none. */
  readonly maxReplyTokens: number
  /** Whether the price of a call is known beforehand, so that a cap on money can be kept. */
  readonly priced: boolean
  /** USD of a call with such usage; null where the price is unknown. */
  priceOf(usage: Usage): number | null
  respond(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>
}

/** The text of a reply, its blocks joined by line breaks. */
export function textOf(message: Message): string {
  return message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
}

/** The JSON object in a message, whatever words are around it; undefined where there is none. */
export function objectIn(message: Message): unknown {
  const said = textOf(message)
  try {
    return JSON.parse(said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1))
  } catch {
    return undefined
  }
}

/** The tool calls of a reply, in order. */
export function toolCallsOf(message: AssistantMessage): readonly ToolCallBlock[] {
  return message.content.flatMap((block) => (block.type === 'tool_call' ? [block] : []))
}
