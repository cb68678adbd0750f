import { describe, expect, test } from 'vitest'
import { attemptHeading } from '../../src/agent/briefing.ts'
import { recordLostReply } from '../../src/agent/conversation.ts'
import type { DocumentChange, ReplyEvent } from '../../src/events.ts'
import { type AssistantMessage, type Message, textOf } from '../../src/model/model.ts'
import type { StopReason } from '../../src/stop.ts'
import { done, lastText, resultsOf, setUp } from './set-up.ts'

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
    const { vary, model, journal } = setUp([
      {
        calls: [
          ['submit', { summary: 'x' }],
          ['echo', { text: 'late' }],
        ],
      },
      done,
    ])
    await vary(1)
    expect(journal.events.filter((event) => event.type === 'tool.called')).toHaveLength(1)
    const solution = { tree: 'tree', summary: 'x' }
    journal.record({ type: 'solution.submitted', attempt: 1, solution })
    journal.record({ type: 'candidate.rejected', attempt: 1, reason: 'slower' })
    await vary(2)
    const results = resultsOf(model.requests[1]?.messages.at(-1))
    expect(results).toMatchObject([
      { text: 'Submitted.', failed: false },
      { text: expect.stringContaining('Not run'), failed: true },
    ])
  })

  test.each([
    ['a tool that throws', ['echo', { text: 'throw' }], 'the tool broke'],
    ['an unknown tool', ['delete_everything', {}], 'the tools are echo, look, submit, once, edit'],
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
    expect(await vary(1)).toEqual({
      abandoned: 'the agent called no tool in 3 replies: Shall I go on?',
      stalled: 'silent',
    })
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

describe('an attempt that was cut off goes on: no second briefing, and', () => {
  const reply = (calls: readonly (readonly [string, string, unknown])[]): AssistantMessage => ({
    role: 'assistant',
    content: calls.map(([id, name, input]) => ({ type: 'tool_call', id, name, input })),
  })
  const event = (turn: number): ReplyEvent => {
    const usage = { inputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 1 }
    return { type: 'model.replied', attempt: 3, turn, usage, costUsd: 1, durationMs: 1, text: '', calls: 2 }
  }
  const TWO = reply([
    ['1', 'echo', { text: 'a' }],
    ['2', 'echo', { text: 'b' }],
  ])
  function cutOff(options: Parameters<typeof setUp>[1] = {}) {
    const parts = setUp([done], options)
    parts.journal.record({ type: 'attempt.started', attempt: 3 })
    const text = `${attemptHeading(3)}briefing`
    parts.conversation.append({ role: 'user', content: [{ type: 'text', text }] })
    return parts
  }

  test('calls without a result are made now, those with one are not', async () => {
    const { vary, conversation, journal, model } = cutOff()
    conversation.appendReply(TWO, event(1))
    journal.record(event(1))
    conversation.append({
      role: 'user',
      content: [{ type: 'tool_result', id: '1', text: 'a', failed: false }],
    })
    await vary(3)
    const messages = model.requests[0]?.messages ?? []
    expect(resultsOf(messages.at(-1)).map(({ text }) => text)).toEqual(['a', 'b'])
    expect(journal.events.filter(({ type }) => type === 'tool.called')).toHaveLength(2)
    expect(messages.filter((message) => textOf(message).includes('briefing'))).toHaveLength(1)
  })

  test('a reply that the journal does not have is counted, and not asked for again', async () => {
    const { vary, conversation, journal, model } = cutOff()
    conversation.appendReply(TWO, event(1))
    recordLostReply(conversation, journal)
    recordLostReply(conversation, journal)
    expect(journal.state).toMatchObject({ turns: 1, costUsd: 1 })
    await vary(3)
    expect(model.requests).toHaveLength(1)
    expect(journal.state.attempt).toMatchObject({ turns: 2 })
  })

  test.each([
    ['once', true, 'cut off'],
    ['edit', true, 'edited'],
    ['edit', false, 'cut off'],
    ['echo', false, 'a'],
  ])(
    'a call of %s that had begun, workspace unchanged: %s, is told or made again',
    async (name, isUnchanged, expected) => {
      const { vary, conversation, journal, model } = cutOff({ isUnchanged })
      conversation.appendReply(reply([['1', name, { text: 'a' }]]), event(1))
      journal.record(event(1))
      journal.record({ type: 'tool.called', attempt: 3, turn: 1, tool: name, about: '', call: '1' })
      await vary(3)
      const [result] = resultsOf(model.requests[0]?.messages.at(-1))
      expect(result?.text).toContain(expected)
    },
  )

  test('replies without a call are counted on', async () => {
    const { vary, conversation, journal, model } = cutOff()
    const silent = { ...event(1), calls: 0, text: 'hm' }
    for (const turn of [1, 2, 3]) {
      conversation.appendReply({ role: 'assistant', content: [{ type: 'text', text: 'hm' }] }, silent)
      journal.record({ ...silent, turn })
    }
    expect(await vary(3)).toEqual({
      abandoned: 'the agent called no tool in 3 replies: hm',
      stalled: 'silent',
    })
    expect(model.requests).toHaveLength(0)
  })
})

test('documents that were dropped in are announced in the next turn, with an event', async () => {
  const change: DocumentChange = {
    document: 'knowledge-base/new.md',
    title: 'New',
    change: 'added',
    opening: 'Read me.',
  }
  const { vary, model, journal } = setUp([{ calls: [['echo', { text: 'a' }]] }, done], {
    news: [[], [change]],
  })
  await vary(1)
  expect(lastText(model.requests[1]?.messages ?? [])).toContain('knowledge-base/new.md — “New”: “Read me.”')
  expect(journal.events).toContainEqual(
    expect.objectContaining({ type: 'knowledge.changed', changes: [change] }),
  )
})

test('an abort is passed on', async () => {
  const controller = new AbortController()
  const { vary } = setUp(() => {
    controller.abort()
    return { calls: [['echo', { text: 'throw' }]] }
  })
  await expect(vary(1, controller.signal)).rejects.toThrow()
})
