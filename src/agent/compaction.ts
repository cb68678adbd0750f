import type { Message, TextBlock } from '../model/model.ts'
import { cutMiddle } from '../text.ts'
import { CHARACTERS_PER_TOKEN, lengthOf } from './context.ts'
import { mapText } from './map-text.ts'
import { isSteering } from './steering.ts'

/** Characters that every text of the last turn may keep, however small the budget is. */
const LEAST_TEXT = 200

/**
 * A shorter conversation with the same meaning: `opening`, a fresh briefing that says all that the run's record knows and
 * what the person has said, and as many of the last turns as fit the budget, the very last one at least, its long texts cut where it alone is too long. Calls
 * and results stay paired, because the part that is kept begins with a reply of the model. No model is asked: what a model
 * leaves out of a summary is lost, the record is not.
 */
export function compact(
  messages: readonly Message[],
  opening: readonly TextBlock[],
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
  const kept = messages.slice(start).flatMap(withoutBound)
  return [{ role: 'user', content: opening }, ...cutToBudget(kept, budget)]
}

/**
 * Providers bind their own blocks to the conversation before them and refuse them in another one. What the person said
 * stands in the opening, and nowhere twice.
 */
function withoutBound(message: Message): readonly Message[] {
  if (message.role === 'user') {
    const content = message.content.filter((block) => !isSteering(block))
    return content.length === 0 ? [] : [{ role: 'user', content }]
  }
  const content = message.content.filter((block) => block.type !== 'opaque')
  return content.length === 0 ? [] : [{ role: 'assistant', content }]
}

/** Long texts share the budget evenly; short ones stay whole. */
function cutToBudget(messages: readonly Message[], budget: number): readonly Message[] {
  const length = messages.reduce((sum, message) => sum + lengthOf(message), 0)
  if (length <= budget) return messages
  const blocks = messages.reduce((count, message) => count + message.content.length, 0)
  const share = Math.max(LEAST_TEXT, Math.floor(budget / blocks))
  return messages.map((message) => mapText(message, (text) => cutMiddle(text, share)))
}
