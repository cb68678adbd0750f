import type { Message } from '../model/model.ts'

/** A message with every text in it changed: what was said, the arguments of calls, results. Opaque blocks stay as they are. */
export function mapText<Kind extends Message>(message: Kind, change: (text: string) => string): Kind
export function mapText(message: Message, change: (text: string) => string): Message {
  if (message.role === 'user')
    return {
      role: 'user',
      content: message.content.map((block) => ({ ...block, text: change(block.text) })),
    }
  return {
    role: 'assistant',
    content: message.content.map((block) => {
      if (block.type === 'text') return { ...block, text: change(block.text) }
      return block.type === 'tool_call' ? { ...block, input: mapStrings(block.input, change) } : block
    }),
  }
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [change(name), mapStrings(item, change)]),
  )
}
