import type { SteeringText } from '../journal.ts'
import type { Message, TextBlock } from '../model/model.ts'
import { cutMiddle } from '../text.ts'

/** The first line of what the person says, by which it is found again in a conversation. */
export const STEERING_HEADING = '# From the person'

/** The person's words as the agent gets them; where room is scarce, cut in the middle. */
export function renderSteering(
  { number, text }: SteeringText,
  maxCharacters: number = text.length,
): TextBlock {
  return { type: 'text', text: `${headingOf(number)}${cutMiddle(text, maxCharacters)}` }
}

/** Whether a block of the harness has the person's words. Files and outputs come as results, whatever they begin with. */
export function isSteering(block: { readonly type: string; readonly text: string }): boolean {
  return block.type === 'text' && block.text.startsWith(STEERING_HEADING)
}

/**
 * What the person said that is not in the conversation: it came just now, or a kill came before it could be told. What
 * is told stays in the conversation, also when that is compacted, so nothing is told twice.
 */
export function findUntold(
  steering: readonly SteeringText[],
  messages: readonly Message[],
): readonly SteeringText[] {
  if (steering.length === 0) return []
  const told = messages.flatMap((message) =>
    message.role === 'user' ? message.content.filter(isSteering).map(({ text }) => text) : [],
  )
  return steering.filter(({ number }) => !told.some((text) => text.startsWith(headingOf(number))))
}

function headingOf(number: number): string {
  return `${STEERING_HEADING} (${number})\n`
}
