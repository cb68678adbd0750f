import { toMessage } from '../errors.ts'
import type { ToolCallBlock, ToolResultBlock } from './model.ts'

/**
 * The arguments of a tool call. Models write them as text and get it wrong now and then; what isn't a JSON object comes
 * back as it was written, with the reason. `cut` says that the reply ended in the middle of this call.
 */
export function parseToolArguments(text: string, cut: boolean): Pick<ToolCallBlock, 'input' | 'malformed'> {
  if (text.trim() === '')
    return cut ? { input: text, malformed: 'the reply was cut off before them' } : { input: {} }
  try {
    const input: unknown = JSON.parse(text)
    if (input === null) return { input: {} }
    if (isObject(input)) return { input }
    return { input: text, malformed: 'not a JSON object' }
  } catch (error) {
    const reason = cut ? 'the reply was cut off in the middle of them' : toMessage(error)
    return { input: text, malformed: reason }
  }
}

/** What a provider is told about an earlier call of its model: always an object, because several accept nothing else. */
export function toArguments(call: ToolCallBlock): Record<string, unknown> {
  return isObject(call.input) ? call.input : { malformed_arguments: call.input }
}

/** A result for protocols that have no flag for a failed one: the text says it. */
export function toOutput({ text, failed }: ToolResultBlock): string {
  return failed ? `Error: ${text}` : text
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
