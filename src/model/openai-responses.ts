import { createHash } from 'node:crypto'
import type { OpenAI } from 'openai'
import { z } from 'zod'
import { type Connection, nameOf } from './connection.ts'
import { parseEffort } from './effort.ts'
import type { AssistantMessage, Message, ModelClient, ModelRequest, UserMessage } from './model.ts'
import { createOpenaiClient, OPENAI_EFFORTS } from './openai-client.ts'
import { eventSchema, phaseSchema, toReply, usageOf } from './openai-responses-reply.ts'
import { readEvents } from './read-events.ts'
import { toArguments, toOutput } from './tool-calls.ts'

type Item = OpenAI.Responses.ResponseInputItem
type Settings = Omit<OpenAI.Responses.ResponseCreateParamsStreaming, 'input' | 'instructions' | 'tools'>

/** What the API sent us as its own goes back to it as it came. */
const itemSchema = z.custom<Item>((value) => typeof value === 'object' && value !== null && 'type' in value)

/**
 * OpenAI's models over the Responses API. Nothing is stored there: reasoning comes encrypted and is sent back.
 *
 * @throws {AvoError} `config` for an effort that the API doesn't know.
 */
export function createOpenaiResponses(connection: Connection): ModelClient {
  const client = createOpenaiClient(connection)
  const settings = toSettings(connection)
  return {
    name: nameOf(connection),
    contextTokens: connection.contextTokens,
    maxReplyTokens: connection.maxTokens,
    priced: connection.priced,
    priceOf: connection.priceOf,
    async respond(request, signal) {
      const events = await readEvents(connection, eventSchema, signal, usageOf, () =>
        client.responses.create({ ...settings, ...toBody(request) }, { signal }),
      )
      return toReply(events, connection)
    },
  }
}

function toSettings(connection: Connection): Settings {
  const { model, maxTokens, temperature } = connection
  const effort = parseEffort(connection, OPENAI_EFFORTS)
  return {
    model,
    max_output_tokens: maxTokens,
    stream: true,
    store: false,
    include: ['reasoning.encrypted_content'],
    ...(temperature === undefined ? {} : { temperature }),
    ...(effort === undefined ? {} : { reasoning: { effort } }),
  }
}

function toBody({ system, messages, tools }: ModelRequest) {
  return {
    instructions: system,
    // Requests with the same key go to the machine that has their common beginning in its cache.
    prompt_cache_key: createHash('sha256').update(system).digest('hex').slice(0, 32),
    input: messages.flatMap(toItems),
    tools: tools.map(({ name, description, input }) => ({
      type: 'function' as const,
      name,
      description,
      parameters: input,
      strict: false,
    })),
  }
}

function toItems(message: Message): Item[] {
  return message.role === 'user' ? toUserItems(message) : toAssistantItems(message)
}

function toUserItems({ content }: UserMessage): Item[] {
  const results = content.flatMap((block): Item[] =>
    block.type === 'tool_result'
      ? [{ type: 'function_call_output', call_id: block.id, output: toOutput(block) }]
      : [],
  )
  const texts = content.flatMap((block) =>
    block.type === 'text' ? [{ type: 'input_text' as const, text: block.text }] : [],
  )
  return texts.length === 0 ? results : [...results, { role: 'user', content: texts }]
}

function toAssistantItems({ content }: AssistantMessage): Item[] {
  let phase: z.output<typeof phaseSchema>['phase'] | undefined
  return content.flatMap((block): Item[] => {
    if (block.type === 'tool_call')
      return [
        {
          type: 'function_call',
          call_id: block.id,
          name: block.name,
          arguments: JSON.stringify(toArguments(block)),
        },
      ]
    if (block.type === 'text')
      return [{ role: 'assistant', content: block.text, ...(phase === undefined ? {} : { phase }) }]
    if (block.provider !== 'openai') return []
    const label = phaseSchema.safeParse(block.value)
    if (!label.success) return [itemSchema.parse(block.value)]
    phase = label.data.phase
    return []
  })
}
