import type { Message } from '../model/model.ts'
import { cutMiddle } from '../text.ts'
import { CHARACTERS_PER_TOKEN, lengthOf } from './context.ts'
import { mapText } from './map-text.ts'

/** Characters that every text of the last turn may keep, however small the budget is. */
const LEAST_TEXT = 200

/**
 * A shorter conversation with the same meaning: a fresh briefing, which says all that the run's record knows, and as many
 * of the last turns as fit the budget, the very last one at least, its long texts cut where it alone is too long. Calls
 * and results stay paired, because the part that is kept begins with a reply of the model. No model is asked: what a model
 * leaves out of a summary is lost, the record is not.
 */
export function compact(
  messages: readonly Message[],
  briefing: string,
  budgetTokens: number,
): readonly Message[] {
  const budget = budgetTokens * CHARACTERS_PER_TOKEN
  const lastTurn = messages.findLastIndex((message) => message.role === 'assistant')
  let start = lastTurn === -1 ? messages.length : lastTurn
  let length = 0
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index]
    if (message === undefined) break
    length += lengthOf(message)
    if (length > budget) break
    if (message.role === 'assistant') start = Math.min(start, index)
  }
  const kept = withoutOpaque(messages.slice(start))
  return [{ role: 'user', content: [{ type: 'text', text: briefing }] }, ...cutToBudget(kept, budget)]
}

/** Providers bind their own blocks to the conversation before them and refuse them in another one. */
function withoutOpaque(messages: readonly Message[]): readonly Message[] {
  return messages.flatMap((message): readonly Message[] => {
    if (message.role === 'user') return [message]
    const content = message.content.filter((block) => block.type !== 'opaque')
    return content.length === 0 ? [] : [{ role: message.role, content }]
  })
}

/** Long texts share the budget evenly; short ones stay whole. */
function cutToBudget(messages: readonly Message[], budget: number): readonly Message[] {
  const length = messages.reduce((sum, message) => sum + lengthOf(message), 0)
  if (length <= budget) return messages
  const blocks = messages.reduce((count, message) => count + message.content.length, 0)
  const share = Math.max(LEAST_TEXT, Math.floor(budget / blocks))
  return messages.map((message) => mapText(message, (text) => cutMiddle(text, share)))
}
