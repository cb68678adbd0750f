import { type Message, type ModelReply, type ModelRequest, textOf } from '../../src/model/model.ts'
import { type ScriptedReply, toReply } from '../scripted-model.ts'

/** Tokens of context that make the conversation be compacted every other attempt. */
export const CONTEXT_TOKENS = 14_000

/** Attempts that a run makes; the others are for one in which the supervisor goes further than to give directions. */
export const ATTEMPTS = 6
export const ESCALATED_ATTEMPTS = 10

/** What the solution is after an attempt. Attempt 10 begins from an earlier version, v1, as if attempt 9 had written it. */
function valueIn(attempt: number): string {
  return ['1', '2', '1.5', '3', '3', '3', '4.25', '1.75', '0.5', '2', '5'][attempt] ?? ''
}

const look: ScriptedReply = { calls: [['run_shell', { command: 'cat value.txt; seq 1 4000' }]] }
const chat: ScriptedReply = { text: 'Shall I go on?' }
const submit = (attempt: number): ScriptedReply => ({
  calls: [
    ['note', { text: `attempt ${attempt} wrote ${valueIn(attempt)}` }],
    ['submit', { summary: `write ${valueIn(attempt)}\n\nBecause it is more.` }],
    ['read_file', { path: 'value.txt' }],
  ],
})
const write = (attempt: number): ScriptedReply => ({
  calls: [
    ['write_file', { path: 'value.txt', content: `${valueIn(attempt)}\n` }],
    ['evaluate', {}],
  ],
})
const edit = (attempt: number): ScriptedReply => ({
  calls: [
    [
      'edit_file',
      { path: 'value.txt', old_text: `${valueIn(attempt - 1)}\n`, new_text: `${valueIn(attempt)}\n` },
    ],
    ['evaluate', {}],
  ],
})

/** Every way of an attempt to go and to end. */
const SCRIPT: Readonly<Record<number, readonly ScriptedReply[]>> = {
  1: [look, write(1), submit(1)],
  2: [look, edit(2), chat, submit(2)],
  3: [{ calls: [['search_knowledge', { query: 'more' }]] }, edit(3), look, submit(3)],
  4: [chat, chat, chat],
  5: [look, { text: 'I can not help with that.', end: 'refused' }],
  6: [look, edit(6), submit(6)],
  7: [write(7), submit(7)],
  8: [write(8), submit(8)],
  9: [look, chat, chat, chat],
  10: [look, edit(10), submit(10)],
}

/** What the supervisor is answered, who gives the model no tools. */
const DIRECTIONS = JSON.stringify({ directions: ['Write a larger number.'] })

/**
 * An agent that keeps nothing in mind: what it does follows from the conversation alone, so that the harness may be killed
 * and come back. Each of its replies has its own price.
 */
export function act({ messages, tools }: ModelRequest): ModelReply {
  if (tools.length === 0) return toReply({ text: DIRECTIONS, costUsd: 0.000_7 }, 0)
  const attempt = Number(findLast(messages, /^# Attempt (\d+)\n/m) ?? Number.NaN)
  const said = findLast(messages, new RegExp(`^attempt ${attempt}, step (\\d+)`, 'm'))
  const step = said === undefined ? 1 : Number(said) + 1
  const reply = SCRIPT[attempt]?.[step - 1]
  if (reply === undefined) throw new Error(`attempt ${attempt} has no step ${step}`)
  const text = [`attempt ${attempt}, step ${step}`, reply.text].filter(Boolean).join('\n')
  const usage = { inputTokens: 100 * attempt + step, outputTokens: step }
  return toReply({ ...reply, text, usage, costUsd: (100 * attempt + step) / 1e6 }, 100 * attempt + step)
}

function findLast(messages: readonly Message[], pattern: RegExp): string | undefined {
  return messages.flatMap((message) => pattern.exec(textOf(message))?.[1] ?? []).at(-1)
}
