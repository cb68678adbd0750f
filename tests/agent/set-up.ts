import { z } from 'zod'
import { createAgent } from '../../src/agent/agent.ts'
import { attemptHeading } from '../../src/agent/briefing.ts'
import { createTool } from '../../src/agent/tool.ts'
import { AvoError } from '../../src/errors.ts'
import type { DocumentChange } from '../../src/events.ts'
import type { Journal } from '../../src/journal.ts'
import { type Message, textOf } from '../../src/model/model.ts'
import type { StopReason } from '../../src/stop.ts'
import { memoryConversation } from '../memory-conversation.ts'
import { memoryJournal } from '../memory-journal.ts'
import { type ScriptedReply, scriptedModel } from '../scripted-model.ts'

/** Never aborted. */
export const never = new AbortController().signal
const submit = createTool({
  name: 'submit',
  description: 'ends the attempt',
  input: z.object({ summary: z.string() }),
  about: ({ summary }) => summary,
  execute: async ({ summary }) => ({ text: 'Submitted.', submitted: { tree: 'tree', summary } }),
})
const echo = createTool({
  name: 'echo',
  description: 'says what it is told',
  input: z.object({ text: z.string() }),
  about: ({ text }) => text,
  execute: async ({ text }) => {
    if (text === 'throw') throw new Error('the tool broke')
    if (text === 'fatal') throw new AvoError('storage', 'the disk is full')
    return { text, changed: true }
  },
})
const look = createTool({
  name: 'look',
  description: 'changes nothing',
  input: z.object({ at: z.string() }),
  about: ({ at }) => at,
  execute: async ({ at }) => at,
})

const once = createTool({
  name: 'once',
  description: 'has an effect each time',
  input: z.object({}),
  cutOff: 'tell',
  about: () => '',
  execute: async () => 'done once more',
})
const edit = createTool({
  name: 'edit',
  description: 'changes a file',
  input: z.object({}),
  cutOff: 'repeat-unless-changed',
  about: () => '',
  execute: async () => 'edited',
})

/** An agent with a scripted model, a memory that lives as long as the process, and some tools. */
export function setUp(
  script: Parameters<typeof scriptedModel>[0],
  options: {
    maxTurns?: number
    contextTokens?: number
    stop?: () => StopReason | null
    news?: DocumentChange[][]
    listen?: (journal: Journal) => void
    isUnchanged?: boolean
  } = {},
) {
  const model = scriptedModel(script, options.contextTokens)
  const journal = memoryJournal()
  const conversation = memoryConversation()
  const news = [...(options.news ?? [])]
  const create = () =>
    createAgent({
      model,
      maxReplyTokens: 1_000,
      tools: [echo, look, submit, once, edit],
      conversation,
      journal,
      knowledge: { refresh: async () => news.shift() ?? [] },
      system: 'system',
      listen: async () => options.listen?.(journal),
      briefing: async ({ attempt, recalls }) =>
        `${attemptHeading(attempt)}${recalls ? 'record' : 'briefing'}`,
      maxTurns: options.maxTurns ?? 10,
      stop: options.stop ?? (() => null),
      isUnchanged: async () => options.isUnchanged ?? true,
    })
  const agent = create()
  const vary = (attempt: number, signal: AbortSignal = never) => {
    if (journal.state.attempt === null) journal.record({ type: 'attempt.started', attempt })
    return agent(attempt, signal)
  }
  /** Goes on as another process would. */
  const restarted = (attempt: number) => create()(attempt, never)
  return { model, journal, conversation, vary, restarted }
}

export const done: ScriptedReply = { calls: [['submit', { summary: 'done' }]] }
export const lastText = (messages: readonly Message[]): string =>
  textOf(messages.at(-1) ?? { role: 'user', content: [] })
export const resultsOf = (message: Message | undefined) =>
  (message?.content ?? []).flatMap((block) => (block.type === 'tool_result' ? [block] : []))
