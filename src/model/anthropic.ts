import { Anthropic } from '@anthropic-ai/sdk'
import { z } from 'zod'
import { AvoError } from '../errors.ts'
import { eventSchema, toReply, usageOf } from './anthropic-reply.ts'
import { type Connection, nameOf } from './connection.ts'
import { parseEffort } from './effort.ts'
import type { AssistantMessage, Message, ModelClient, ModelRequest, UserMessage } from './model.ts'
import { createPatientFetch } from './patient-fetch.ts'
import { readEvents } from './read-events.ts'
import { toArguments } from './tool-calls.ts'

/** With the one behind tools and system prompt that makes four breakpoints, which is what the API takes. */
const CACHED_MESSAGES = 3

const CACHED = { cache_control: { type: 'ephemeral' } } as const

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const
type Effort = (typeof EFFORTS)[number]

/** What the API sent us as its own goes back to it as it came. */
const opaqueSchema = z.custom<Anthropic.ContentBlockParam>(
  (value) => typeof value === 'object' && value !== null && 'type' in value,
)

/**
 * Claude over the Messages API.
 *
 * @throws {AvoError} `config` for a temperature, which the API no longer takes, and for an effort that it doesn't know.
 */
export function createAnthropic(connection: Connection): ModelClient {
  const { apiKey, baseUrl: baseURL, timeoutMs: timeout } = connection
  refuseTemperature(connection)
  const effort = parseEffort(connection, EFFORTS)
  const client = new Anthropic({
    apiKey,
    baseURL,
    timeout,
    maxRetries: 0,
    logLevel: 'off',
    fetch: createPatientFetch(timeout),
  })
  return {
    name: nameOf(connection),
    contextTokens: connection.contextTokens,
    maxReplyTokens: connection.maxTokens,
    priced: connection.priced,
    priceOf: connection.priceOf,
    async respond(request, signal) {
      const body = toBody(request, connection, effort)
      const events = await readEvents(connection, eventSchema, signal, usageOf, () =>
        client.messages.create(body, { signal }),
      )
      return toReply(events, connection)
    },
  }
}

function refuseTemperature({ temperature }: Connection): void {
  if (temperature === undefined) return
  throw new AvoError(
    'config',
    "Anthropic's API takes no temperature",
    'Remove llm.temperature; llm.effort says how hard the model thinks.',
  )
}

function toBody(
  request: ModelRequest,
  { model, maxTokens }: Connection,
  effort: Effort | undefined,
): Anthropic.MessageCreateParamsStreaming {
  const system = toText(request.system).map((block) => ({ ...block, ...CACHED }))
  const tools = request.tools.map(({ name, description, input }) => ({
    name,
    description,
    input_schema: { ...input, type: 'object' as const },
  }))
  return {
    model,
    max_tokens: maxTokens,
    stream: true,
    messages: toMessages(request.messages),
    ...(system.length === 0 ? {} : { system }),
    ...(tools.length === 0 ? {} : { tools }),
    ...(effort === undefined ? {} : { thinking: { type: 'adaptive' }, output_config: { effort } }),
  }
}

/**
 * A breakpoint writes the cache up to its block, and reads what an earlier request wrote there. The last user message's is
 * new; those before it are where the last requests ended, so that they are found however much a turn has added (the
 * search backwards from a breakpoint ends after 20 blocks).
 */
function toMessages(messages: readonly Message[]): Anthropic.MessageParam[] {
  const ends = new Set(messages.filter((message) => message.role === 'user').slice(-CACHED_MESSAGES))
  return messages.flatMap((message): Anthropic.MessageParam[] => {
    if (message.role === 'assistant') {
      const content = toAssistantContent(message)
      return content.length === 0 ? [] : [{ role: 'assistant', content }]
    }
    const content = toUserContent(message)
    const last = content.at(-1)
    if (last === undefined) return []
    return [{ role: 'user', content: ends.has(message) ? content.with(-1, { ...last, ...CACHED }) : content }]
  })
}

/** The API wants results before text, and no text that is blank. */
function toUserContent({
  content,
}: UserMessage): (Anthropic.ToolResultBlockParam | Anthropic.TextBlockParam)[] {
  const results = content.flatMap((block) =>
    block.type === 'tool_result'
      ? [
          {
            type: 'tool_result' as const,
            tool_use_id: block.id,
            content: block.text,
            is_error: block.failed,
          },
        ]
      : [],
  )
  const texts = content.flatMap((block) => (block.type === 'text' ? toText(block.text) : []))
  return [...results, ...texts]
}

function toAssistantContent({ content }: AssistantMessage): Anthropic.ContentBlockParam[] {
  return content.flatMap((block): Anthropic.ContentBlockParam[] => {
    if (block.type === 'text') return toText(block.text)
    if (block.type === 'tool_call')
      return [{ type: 'tool_use', id: block.id, name: block.name, input: toArguments(block) }]
    return block.provider === 'anthropic' ? [opaqueSchema.parse(block.value)] : []
  })
}

function toText(text: string): Anthropic.TextBlockParam[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }]
}
