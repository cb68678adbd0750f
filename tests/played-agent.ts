import type { LLMock } from '@copilotkit/aimock'

/** What aimock takes for a reply that depends on the request. */
type ResponseFactory = Extract<Parameters<LLMock['on']>[1], (...request: never) => unknown>

/** Tokens that the server reports for each of its replies. */
export const REPLY_USAGE = { input_tokens: 100, output_tokens: 10 } as const

/**
 * An agent for aimock: writes a number, evaluates it and submits what it is told is scored. It keeps nothing in mind: what
 * it does follows from the conversation alone, so that the harness may be killed and come back.
 */
export function playAgent(valueFor: (attempt: number) => string): ResponseFactory {
  return ({ messages }) => {
    const texts = messages.map(({ content }) =>
      typeof content === 'string' ? content : JSON.stringify(content),
    )
    const attempts = texts.flatMap((text) => [...text.matchAll(/# Attempt (\d+)\\?\n/g)])
    const attempt = Number(attempts.at(-1)?.[1])
    const isScored = /^(?:Correct|Incorrect)/.test(texts.at(-1) ?? '')
    const value = valueFor(attempt)
    const calls = isScored
      ? [['submit', { summary: `attempt ${attempt}` }] as const]
      : [['write_file', { path: 'value.txt', content: value }] as const, ['evaluate', {}] as const]
    return {
      toolCalls: calls.map(([name, input]) => ({ name, arguments: JSON.stringify(input) })),
      usage: REPLY_USAGE,
    }
  }
}
