import type { Message } from '../model/model.ts'

/** Characters of English and code per token, on the low side: a call that is compacted too early costs less than one refused. */
const CHARACTERS_PER_TOKEN = 3

const lengths = new WeakMap<Message, number>()

/** Tokens that a conversation takes, estimated from its length. Each message is measured once. */
export function contextTokens(system: string, messages: readonly Message[]): number {
  const characters = messages.reduce((sum, message) => sum + lengthOf(message), system.length)
  return Math.ceil(characters / CHARACTERS_PER_TOKEN)
}

/**
 * A shorter conversation with the same meaning: a fresh briefing, which says all that the run's record knows, and as many
 * of the last turns as fit the budget. Calls and results stay paired, because the part that is kept begins with a reply
 * of the model. No model is asked: what a model leaves out of a summary is lost, the record is not.
 */
export function compact(
  messages: readonly Message[],
  briefing: string,
  budgetTokens: number,
): readonly Message[] {
  const budget = budgetTokens * CHARACTERS_PER_TOKEN
  let kept = messages.length
  let length = 0
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index]
    if (message === undefined) break
    length += lengthOf(message)
    if (length > budget) break
    if (message.role === 'assistant') kept = index
  }
  return [
    { role: 'user', content: [{ type: 'text', text: briefing }] },
    ...withoutOpaque(messages.slice(kept)),
  ]
}

/** Providers bind their own blocks to the conversation before them and refuse them in another one. */
function withoutOpaque(messages: readonly Message[]): readonly Message[] {
  return messages.flatMap((message): readonly Message[] => {
    if (message.role === 'user') return [message]
    const content = message.content.filter((block) => block.type !== 'opaque')
    return content.length === 0 ? [] : [{ role: message.role, content }]
  })
}

function lengthOf(message: Message): number {
  const known = lengths.get(message)
  if (known !== undefined) return known
  const length = JSON.stringify(message).length
  lengths.set(message, length)
  return length
}
