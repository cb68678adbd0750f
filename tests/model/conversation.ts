import type { AssistantMessage, Message, ModelRequest, ToolResultBlock } from '../../src/model/model.ts'
import { ask } from './describe-model.ts'

/** A conversation of so many turns, each with one call, after a first question. */
export function converse(turns: number): ModelRequest {
  const { system, tools, messages } = ask('Improve it.')
  const more = Array.from({ length: turns }, (_, turn): Message[] => [
    {
      role: 'assistant',
      content: [{ type: 'tool_call', id: `call_${turn}`, name: 'read_file', input: { path: `${turn}.js` } }],
    },
    { role: 'user', content: [toResult(`call_${turn}`)] },
  ]).flat()
  return { system, tools, messages: [...messages, ...more] }
}

/** The request that follows a reply with calls: every call has its result. */
export function answerCalls(request: ModelRequest, reply: AssistantMessage): ModelRequest {
  const results = reply.content.flatMap((block) => (block.type === 'tool_call' ? [toResult(block.id)] : []))
  return { ...request, messages: [...request.messages, reply, { role: 'user', content: results }] }
}

function toResult(id: string): ToolResultBlock {
  return { type: 'tool_result', id, text: `result of ${id}`, failed: false }
}
