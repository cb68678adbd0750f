import { createModel } from '../../src/model/create-model.ts'
import type { Protocol, WireReply } from './protocol.ts'
import { answerWith, streamOf } from './provider-server.ts'

/** The Messages API. */
export const anthropicProtocol: Protocol = {
  createModel: (url, options) =>
    createModel({
      provider: 'anthropic',
      model: 'claude-opus-5-5',
      baseUrl: url,
      maxTokens: 4096,
      timeoutSeconds: 30,
      seed: 1,
      ...options,
    }),
  stream: (reply) => streamOf(toEvents(reply), { named: true }),
  streamAndDie: (reply) => streamOf(toEvents(reply).slice(0, 3), { named: true, end: false }),
  overflow: answerWith(400, {
    type: 'error',
    error: { type: 'invalid_request_error', message: 'prompt is too long: 210042 tokens > 200000 maximum' },
  }),
  noCredit: answerWith(400, {
    type: 'error',
    error: {
      type: 'invalid_request_error',
      message: 'Your credit balance is too low to access the Anthropic API.',
    },
  }),
  failsInTheMiddle: streamOf(
    [
      ...toEvents({ text: 'Well' }).slice(0, 3),
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ],
    { named: true },
  ),
}

function toEvents({ text, refusal, calls = [], cutOff, usage }: WireReply): unknown[] {
  const said = text ?? refusal
  const texts =
    said === undefined ? [] : [[{ type: 'text', text: '' }, ...pieces(said, 'text_delta', 'text')]]
  const uses = calls.map((call) => [
    { type: 'tool_use', id: call.id, name: call.name, input: {} },
    ...pieces(call.arguments, 'input_json_delta', 'partial_json'),
  ])
  const blocks = [...texts, ...uses].flatMap(([start, ...deltas], index) => [
    { type: 'content_block_start', index, content_block: start },
    { type: 'ping' },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ])
  const stop =
    refusal !== undefined ? 'refusal' : cutOff ? 'max_tokens' : calls.length > 0 ? 'tool_use' : 'end_turn'
  const counted = usage ?? { input: 0, cached: 0, output: 0 }
  const before = {
    input_tokens: counted.input - counted.cached,
    cache_read_input_tokens: counted.cached,
    output_tokens: 1,
  }
  return [
    {
      type: 'message_start',
      message: { role: 'assistant', content: [], ...(usage === null ? {} : { usage: before }) },
    },
    ...blocks,
    {
      type: 'message_delta',
      delta: { stop_reason: stop, stop_sequence: null },
      ...(usage === null ? {} : { usage: { output_tokens: counted.output } }),
    },
    { type: 'message_stop' },
  ]
}

function pieces(text: string, type: string, field: string): unknown[] {
  return [text.slice(0, 5), text.slice(5)].map((piece) => ({ type, [field]: piece }))
}
