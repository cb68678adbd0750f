import type { Connection } from '../../src/model/connection.ts'
import { createOpenaiResponses } from '../../src/model/openai-responses.ts'
import { createPricing } from '../../src/model/pricing.ts'
import type { Protocol, WireReply } from './protocol.ts'
import { answerWith, streamOf } from './provider-server.ts'

/** The Responses API. Only api.openai.com is asked over it, so the adapter is made by hand here. */
export const responsesProtocol: Protocol = {
  async createModel(url, options = {}) {
    const { price, apiKey = null, model = 'gpt-6-astra', timeoutSeconds = 30 } = options
    const connection: Connection = {
      provider: 'openai',
      model,
      baseUrl: `${url}/v1`,
      apiKey,
      keyVariable: 'OPENAI_API_KEY',
      temperature: options.temperature,
      effort: options.effort,
      maxTokens: 4096,
      timeoutMs: timeoutSeconds * 1000,
      ...createPricing({ provider: 'openai', model, baseUrl: url, price }),
      contextTokens: 100_000,
    }
    return createOpenaiResponses(connection)
  },
  stream: (reply) => streamOf(toEvents(reply), { named: true }),
  streamAndDie: (reply) => streamOf(toEvents(reply).slice(0, 2), { named: true, end: false }),
  overflow: answerWith(400, {
    error: {
      message: 'Your input exceeds the context window of this model.',
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
    },
  }),
  noCredit: answerWith(429, {
    error: {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    },
  }),
  failsInTheMiddle: streamOf(
    [
      { type: 'response.created', response: { status: 'in_progress', output: [] } },
      {
        type: 'response.failed',
        response: { status: 'failed', output: [], error: { code: 'server_error', message: 'Sorry.' } },
      },
    ],
    { named: true },
  ),
}

function toEvents({ text, refusal, calls = [], cutOff, usage }: WireReply): unknown[] {
  const part =
    refusal === undefined ? { type: 'output_text', text, annotations: [] } : { type: 'refusal', refusal }
  const output = [
    ...((text ?? refusal) === undefined
      ? []
      : [{ type: 'message', id: 'msg_1', role: 'assistant', content: [part] }]),
    ...calls.map((call) => ({
      type: 'function_call',
      id: `fc_${call.id}`,
      call_id: call.id,
      name: call.name,
      arguments: call.arguments,
    })),
  ]
  const counted = usage ?? { input: 0, cached: 0, output: 0 }
  const status = cutOff ? 'incomplete' : 'completed'
  return [
    { type: 'response.created', response: { status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: output[0] },
    {
      type: `response.${status}`,
      response: {
        status,
        output,
        incomplete_details: cutOff ? { reason: 'max_output_tokens' } : null,
        error: null,
        usage:
          usage === null
            ? null
            : {
                input_tokens: counted.input,
                input_tokens_details: { cached_tokens: counted.cached, cache_write_tokens: 0 },
                output_tokens: counted.output,
              },
      },
    },
  ]
}
