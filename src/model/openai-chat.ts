import type { OpenAI } from 'openai'
import { type Connection, nameOf } from './connection.ts'
import { parseEffort } from './effort.ts'
import type { AssistantMessage, Message, ModelClient, ModelRequest, UserMessage } from './model.ts'
import { chunkSchema, reasoningSchema, toReply, usageOf } from './openai-chat-reply.ts'
import { createOpenaiClient, OPENAI_EFFORTS } from './openai-client.ts'
import { readEvents } from './read-events.ts'
import { toArguments, toOutput } from './tool-calls.ts'

type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam
type Settings = Omit<OpenAI.Chat.ChatCompletionCreateParamsStreaming, 'messages' | 'tools'>

/**
 * Any server that is compatible with OpenAI's Chat Completions: Ollama, vLLM, llama.cpp, OpenRouter, Azure, gateways.
 *
 * @throws {AvoError} `config` for an effort that the protocol doesn't know.
 */
export function createOpenaiChat(connection: Connection): ModelClient {
  const client = createOpenaiClient(connection)
  const settings = toSettings(connection)
  return {
    name: nameOf(connection),
    contextTokens: connection.contextTokens,
    maxReplyTokens: connection.maxTokens,
    priced: connection.priced,
    priceOf: connection.priceOf,
    async respond(request, signal) {
      const body = { ...settings, ...toBody(request, connection.provider) }
      const chunks = await readEvents(connection, chunkSchema, signal, usageOf, () =>
        client.chat.completions.create(body, { signal }),
      )
      return toReply(chunks, request, connection)
    },
  }
}

function toSettings(connection: Connection): Settings {
  const { provider, model, maxTokens, temperature } = connection
  const effort = parseEffort(connection, OPENAI_EFFORTS)
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    // OpenAI's newer models refuse the older name, and most compatible servers ignore the newer one.
    ...(provider === 'openai' ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
  }
}

function toBody({ system, messages, tools }: ModelRequest, provider: Connection['provider']) {
  const instructions: ChatMessage[] = system === '' ? [] : [{ role: 'system', content: system }]
  const functions = tools.map(({ name, description, input }) => ({
    type: 'function' as const,
    function: { name, description, parameters: input },
  }))
  return {
    messages: [...instructions, ...messages.flatMap((message) => toChatMessages(message, provider))],
    // An empty list is refused by some servers.
    ...(functions.length === 0 ? {} : { tools: functions }),
  }
}

function toChatMessages(message: Message, provider: Connection['provider']): ChatMessage[] {
  return message.role === 'user' ? toUserMessages(message) : toAssistantMessages(message, provider)
}

/** Results stand directly behind the calls that they answer. */
function toUserMessages({ content }: UserMessage): ChatMessage[] {
  const results = content.flatMap((block): ChatMessage[] =>
    block.type === 'tool_result' ? [{ role: 'tool', tool_call_id: block.id, content: toOutput(block) }] : [],
  )
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
  return text === '' ? results : [...results, { role: 'user', content: text }]
}

function toAssistantMessages({ content }: AssistantMessage, provider: Connection['provider']): ChatMessage[] {
  const calls = content.flatMap((block) =>
    block.type === 'tool_call'
      ? [
          {
            id: block.id,
            type: 'function' as const,
            function: { name: block.name, arguments: JSON.stringify(toArguments(block)) },
          },
        ]
      : [],
  )
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n')
  if (text === '' && calls.length === 0) return []
  const reasoning = content.flatMap((block) =>
    block.type === 'opaque' && block.provider === provider ? [reasoningSchema.parse(block.value)] : [],
  )
  return [
    {
      role: 'assistant',
      content: text,
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...reasoning[0],
    },
  ]
}
