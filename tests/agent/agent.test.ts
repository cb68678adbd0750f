import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createAgent } from '../../src/agent/agent.ts'
import { attemptHeading } from '../../src/agent/briefing.ts'
import { compact } from '../../src/agent/compaction.ts'
import { createTool } from '../../src/agent/tool.ts'
import { AvoError } from '../../src/errors.ts'
import type { DocumentChange } from '../../src/events.ts'
import type { Journal } from '../../src/journal.ts'
import { type Message, textOf } from '../../src/model/model.ts'
import { ModelError } from '../../src/model/model-error.ts'
import type { StopReason } from '../../src/stop.ts'
import { memoryConversation } from '../memory-conversation.ts'
import { memoryJournal } from '../memory-journal.ts'
import { type ScriptedReply, scriptedModel } from '../scripted-model.ts'

const never = new AbortController().signal
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
    return text
  },
})

function setUp(
  script: Parameters<typeof scriptedModel>[0],
  options: {
    maxTurns?: number
    contextTokens?: number
    stop?: () => StopReason | null
    news?: DocumentChange[][]
    listen?: (journal: Journal) => void
    snapshot?: () => Promise<string>
  } = {},
) {
  const model = scriptedModel(script, options.contextTokens)
  const journal = memoryJournal()
  const conversation = memoryConversation()
  const news = [...(options.news ?? [])]
  let snapshots = 0
  const agent = createAgent({
    model,
    maxReplyTokens: 1_000,
    tools: [echo, submit],
    conversation,
    journal,
    knowledge: { refresh: async () => news.shift() ?? [] },
    system: 'system',
    listen: async () => options.listen?.(journal),
    snapshot: options.snapshot ?? (async () => String(snapshots++)),
    briefing: async ({ attempt, recalls }) => `${attemptHeading(attempt)}${recalls ? 'record' : 'briefing'}`,
    maxTurns: options.maxTurns ?? 10,
    stop: options.stop ?? (() => null),
  })
  const vary = (attempt: number, signal: AbortSignal = never) => {
    if (journal.state.attempt === null) journal.record({ type: 'attempt.started', attempt })
    return agent(attempt, signal)
  }
  return { model, journal, conversation, vary }
}

const done: ScriptedReply = { calls: [['submit', { summary: 'done' }]] }
const lastText = (messages: readonly Message[]): string =>
  textOf(messages.at(-1) ?? { role: 'user', content: [] })
const resultsOf = (message: Message | undefined) =>
  (message?.content ?? []).flatMap((block) => (block.type === 'tool_result' ? [block] : []))

describe('an attempt', () => {
  test('begins with a briefing, runs several calls of one reply in order, ends with the submission', async () => {
    const { vary, model, journal } = setUp([
      {
        text: 'two calls',
        calls: [
          ['echo', { text: 'a' }],
          ['echo', { text: 'b' }],
        ],
      },
      done,
    ])
    expect(await vary(1)).toEqual({ tree: 'tree', summary: 'done' })
    expect(textOf(model.requests[0]?.messages[0] as Message)).toContain('# Attempt 1\n')
    expect(resultsOf(model.requests[1]?.messages.at(-1)).map((result) => result.text)).toEqual(['a', 'b'])
    expect(journal.events.map((event) => event.type)).toEqual([
      'attempt.started',
      'model.replied',
      'tool.called',
      'tool.returned',
      'tool.called',
      'tool.returned',
      'model.replied',
      'tool.called',
      'tool.returned',
    ])
  })

  test('does not run what comes after a submission, and answers it', async () => {
    const { vary, conversation, journal } = setUp([
      {
        calls: [
          ['submit', { summary: 'x' }],
          ['echo', { text: 'late' }],
        ],
      },
    ])
    await vary(1)
    const results = resultsOf(conversation.messages.at(-1))
    expect(results).toHaveLength(2)
    expect(results[1]).toMatchObject({ failed: true })
    expect(journal.events.filter((event) => event.type === 'tool.called')).toHaveLength(1)
  })

  test.each([
    ['a tool that throws', ['echo', { text: 'throw' }], 'the tool broke'],
    ['an unknown tool', ['delete_everything', {}], 'the tools are echo, submit'],
    ['arguments that do not fit', ['echo', { text: 7 }], 'wrong arguments for echo'],
  ] as const)('%s becomes text for the model', async (_name, call, expected) => {
    const { vary, model } = setUp([{ calls: [call] }, done])
    await vary(1)
    const [result] = resultsOf(model.requests[1]?.messages.at(-1))
    expect(result).toMatchObject({ failed: true, text: expect.stringContaining(expected) })
  })

  test('arguments that are not JSON become text for the model', async () => {
    const { vary, model } = setUp([{ calls: [['echo', '{"text": "a']], malformed: 'unexpected end' }, done])
    await vary(1)
    const [result] = resultsOf(model.requests[1]?.messages.at(-1))
    expect(result).toMatchObject({ failed: true, text: expect.stringContaining('not JSON: unexpected end') })
  })

  test("our own failures are not the model's: they end the run", async () => {
    const { vary } = setUp([{ calls: [['echo', { text: 'fatal' }]] }])
    await expect(vary(1)).rejects.toMatchObject({ code: 'storage' })
  })

  test('is over after the last turn, and says so before', async () => {
    const { vary, model } = setUp(() => ({ calls: [['echo', { text: 'again' }]] }), { maxTurns: 4 })
    expect(await vary(1)).toEqual({ abandoned: 'nothing was submitted within 4 turns' })
    expect(model.requests).toHaveLength(4)
    expect(lastText(model.requests[3]?.messages ?? [])).toContain('1 turn left')
  })
})

describe('replies without a tool call', () => {
  test('are answered, and end the attempt when they go on', async () => {
    const { vary, model } = setUp(() => ({ text: 'Shall I go on?' }))
    expect(await vary(1)).toEqual({ abandoned: 'the agent called no tool in 3 replies: Shall I go on?' })
    expect(model.requests).toHaveLength(3)
    expect(lastText(model.requests[1]?.messages ?? [])).toContain('Go on by yourself')
  })

  test('do not add up over an attempt in which tools are called in between', async () => {
    const silent = { text: 'hm' }
    const call = { calls: [['echo', { text: 'a' }]] as const }
    const { vary } = setUp([silent, silent, call, silent, silent, done])
    expect(await vary(1)).toMatchObject({ summary: 'done' })
  })

  test('an empty reply leaves no empty message behind', async () => {
    const { vary, conversation } = setUp([{}, done])
    await vary(1)
    expect(conversation.messages.every((message) => message.content.length > 0)).toBe(true)
  })

  test('a reply that was cut is told to go on in smaller steps', async () => {
    const { vary, model } = setUp([{ text: 'Now I write the whole fi', end: 'length' }, done])
    await vary(1)
    expect(lastText(model.requests[1]?.messages ?? [])).toContain(
      'cut at its limit of 1,000 tokens; a call that was cut with it was not run',
    )
  })

  test('a refusal ends the attempt, and the next one begins with a fresh conversation', async () => {
    const { vary, journal, model } = setUp([{ text: 'I can not help with that.', end: 'refused' }, done])
    expect(await vary(1)).toEqual({
      abandoned: 'the model refused to go on: I can not help with that.',
      refused: true,
    })
    journal.record({ type: 'attempt.abandoned', attempt: 1, reason: 'refused', refused: true })
    await vary(2)
    expect(model.requests[1]?.messages).toHaveLength(1)
  })
})

test('a cap that is reached ends the attempt before the next call and leaves it open', async () => {
  let calls = 0
  const stop = (): StopReason | null => (calls++ === 1 ? { kind: 'max-cost', message: 'spent' } : null)
  const { vary, model, journal } = setUp(() => ({ calls: [['echo', { text: 'a' }]] }), { stop })
  expect(await vary(1)).toBeNull()
  expect(model.requests).toHaveLength(1)
  expect(journal.state.attempt).toMatchObject({ number: 1, turns: 1 })
})

test('an attempt that was cut off goes on: no second briefing, calls without a result are answered', async () => {
  const { vary, conversation, journal, model } = setUp([done])
  journal.record({ type: 'attempt.started', attempt: 3 })
  conversation.append({ role: 'user', content: [{ type: 'text', text: `${attemptHeading(3)}briefing` }] })
  conversation.append({
    role: 'assistant',
    content: [{ type: 'tool_call', id: 'cut', name: 'echo', input: { text: 'a' } }],
  })
  await vary(3)
  const messages = model.requests[0]?.messages ?? []
  expect(resultsOf(messages.at(-1))).toMatchObject([{ id: 'cut', failed: true }])
  expect(lastText(messages)).toContain('If you had submitted, that was lost: submit again')
  expect(messages.filter((message) => textOf(message).includes('briefing'))).toHaveLength(1)
})

test('documents that were dropped in are announced in the next turn, with an event', async () => {
  const change: DocumentChange = { document: 'knowledge-base/new.md', title: 'New', change: 'added' }
  const { vary, model, journal } = setUp([{ calls: [['echo', { text: 'a' }]] }, done], {
    news: [[], [change]],
  })
  await vary(1)
  expect(lastText(model.requests[1]?.messages ?? [])).toContain('knowledge-base/new.md — New')
  expect(journal.events).toContainEqual(
    expect.objectContaining({ type: 'knowledge.changed', changes: [change] }),
  )
})

describe('context', () => {
  test('a long conversation is compacted before the limit, with calls and results paired', async () => {
    const long = 'x'.repeat(3_000)
    const { vary, model, journal } = setUp(
      (_request, call) => (call === 30 ? done : { calls: [['echo', { text: long }]] }),
      {
        contextTokens: 10_000,
        maxTurns: 40,
      },
    )
    await vary(1)
    expect(journal.events.some((event) => event.type === 'conversation.compacted')).toBe(true)
    for (const { messages } of model.requests) {
      expect(JSON.stringify(messages).length / 3).toBeLessThan(10_000)
      expect(textOf(messages[0] as Message)).toContain('# Attempt 1\n')
      const calls = messages.flatMap((message) =>
        message.content.flatMap((block) => (block.type === 'tool_call' ? [block.id] : [])),
      )
      const results = messages.flatMap((message) => resultsOf(message).map((result) => result.id))
      expect(results).toEqual(calls)
    }
  })

  test('a provider that says the context is too long gets a compacted one', async () => {
    const overflow = new ModelError('model-context-overflow', 'too long')
    let failed = false
    const { vary, journal, model } = setUp(
      (request) => {
        if (request.messages.length > 4 && !failed) {
          failed = true
          throw overflow
        }
        return failed ? done : { calls: [['echo', { text: 'x'.repeat(2_000) }]] }
      },
      { contextTokens: 9_000 },
    )
    expect(await vary(1)).toMatchObject({ summary: 'done' })
    expect(journal.events.filter((event) => event.type === 'conversation.compacted')).toHaveLength(1)
    expect(model.requests.at(-1)?.messages.length).toBeLessThan(5)
  })

  test('however small it is, the model sees the end of every result, and a request leaves room for a reply', async () => {
    const huge = `head ${'x'.repeat(100_000)} tail`
    const three = Array.from({ length: 3 }, () => ['echo', { text: huge }] as const)
    const { vary, model } = setUp((_request, call) => (call === 4 ? done : { calls: three }), {
      contextTokens: 2_000,
    })
    expect(await vary(1)).toMatchObject({ summary: 'done' })
    for (const request of model.requests.slice(1)) {
      const results = resultsOf(request.messages.at(-1))
      expect(results).toHaveLength(3)
      for (const { text } of results) expect(text).toMatch(/^head .*characters left out.* tail$/s)
      expect(JSON.stringify(request).length / 3).toBeLessThan(1_500)
    }
  })
})

test('half a character, from a tool, the model or a cut, never gets into a request', async () => {
  const half = '\ud83d'
  const { vary, model, journal } = setUp(
    [{ text: half, calls: [['echo', { text: `${half}${'😀'.repeat(9_000)}` }]] }, done],
    { contextTokens: 20_001 },
  )
  await vary(1)
  expect(journal.events.at(1)).toMatchObject({ type: 'model.replied', text: '\ufffd' })
  // JSON writes half a character as its number.
  expect(JSON.stringify(model.requests)).not.toMatch(/\\ud[89a-f]/)
})

test('compaction keeps the last turn however long it is, and cuts its texts', () => {
  const long = 'x'.repeat(50_000)
  const kept = compact(
    [
      { role: 'assistant', content: [{ type: 'text', text: 'earlier' }] },
      { role: 'user', content: [{ type: 'text', text: 'go on' }] },
      {
        role: 'assistant',
        content: [{ type: 'tool_call', id: 'a', name: 'write_file', input: { path: 'p', content: long } }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', id: 'a', text: `Wrote${long}to p.`, failed: false }],
      },
    ],
    [{ type: 'text', text: 'briefing' }],
    1_000,
  )
  expect(kept).toMatchObject([
    { role: 'user', content: [{ text: 'briefing' }] },
    { role: 'assistant', content: [{ id: 'a', input: { path: 'p' } }] },
    { role: 'user', content: [{ id: 'a', text: expect.stringMatching(/^Wrote.*left out.*to p\.$/s) }] },
  ])
  expect(JSON.stringify(kept).length).toBeLessThan(3_500)
})

test("a compacted conversation has no provider's own blocks: they are bound to what was there before", () => {
  const thinking = { type: 'opaque' as const, provider: 'anthropic', value: { signature: 's' } }
  const kept = compact(
    [
      { role: 'assistant', content: [thinking] },
      { role: 'user', content: [{ type: 'text', text: 'go on' }] },
      { role: 'assistant', content: [thinking, { type: 'text', text: 'done' }] },
    ],
    [{ type: 'text', text: 'briefing' }],
    1_000,
  )
  expect(kept.map(textOf)).toEqual(['briefing', 'go on', 'done'])
  expect(JSON.stringify(kept)).not.toContain('opaque')
})

test('an abort is passed on', async () => {
  const controller = new AbortController()
  const { vary } = setUp(() => {
    controller.abort()
    return { calls: [['echo', { text: 'throw' }]] }
  })
  await expect(vary(1, controller.signal)).rejects.toThrow()
})
