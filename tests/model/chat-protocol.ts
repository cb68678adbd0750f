import { createModel } from '../../src/model/create-model.ts'
import type { Provider } from '../../src/model/providers.ts'
import type { Protocol, WireReply } from './protocol.ts'
import { answerWith, streamOf } from './provider-server.ts'

/** Chat Completions, as the servers of a provider speak them. */
export function chatProtocol(provider: Provider, model: string): Protocol {
  return {
    createModel: (url, options) =>
      createModel({
        provider,
        model,
        baseUrl: `${url}/v1`,
        maxTokens: 4096,
        timeoutSeconds: 30,
        seed: 1,
        ...options,
      }),
    stream: (reply) => streamOf([...toChunks(reply), '[DONE]']),
    streamAndDie: (reply) => streamOf(toChunks(reply).slice(0, 2), { end: false }),
    overflow: answerWith(400, {
      error: {
        code: 400,
        message: 'the request exceeds the available context size, try increasing it',
        type: 'exceed_context_size_error',
      },
    }),
    noCredit: answerWith(402, { error: { message: 'Insufficient Balance', type: 'unknown_error' } }),
    failsInTheMiddle: streamOf([
      ...toChunks({ text: 'Well' }).slice(0, 2),
      { error: { message: 'upstream went away', code: 502 } },
    ]),
  }
}

function toChunks({ text, refusal, calls = [], cutOff, usage }: WireReply): unknown[] {
  const deltas = [
    { role: 'assistant', content: text === undefined ? null : text.slice(0, 5) },
    ...(text === undefined ? [] : [{ content: text.slice(5) }]),
    ...(refusal === undefined ? [] : [{ refusal }]),
    ...calls.flatMap((call, index) => [
      {
        tool_calls: [
          {
            index,
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.arguments.slice(0, 3) },
          },
        ],
      },
      { tool_calls: [{ index, function: { arguments: call.arguments.slice(3) } }] },
    ]),
  ]
  const finish = cutOff ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop'
  const counted = usage ?? { input: 0, cached: 0, output: 0 }
  const counts = {
    prompt_tokens: counted.input,
    completion_tokens: counted.output,
    prompt_tokens_details: { cached_tokens: counted.cached },
  }
  return [
    ...deltas.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: finish }] },
    ...(usage === null ? [] : [{ choices: [], usage: counts }]),
  ]
}
