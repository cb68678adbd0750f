import { describe, expect, test } from 'vitest'
import { compact } from '../../src/agent/compaction.ts'
import { type Message, textOf } from '../../src/model/model.ts'
import { ModelError } from '../../src/model/model-error.ts'
import { done, resultsOf, setUp } from './set-up.ts'

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

  test('a context that is smaller than it was said to be is found out once, not every few turns', async () => {
    const long = 'x'.repeat(2_000)
    const limit = 30_000
    const { vary, journal, model } = setUp(
      (request, call) => {
        if (JSON.stringify(request.messages).length > limit)
          throw new ModelError('model-context-overflow', 'too long')
        return call > 80 ? done : { calls: [['echo', { text: `${call} ${long}` }]] }
      },
      { contextTokens: 40_000, maxTurns: 100 },
    )
    expect(await vary(1)).toMatchObject({ summary: 'done' })
    const refused = model.requests.filter(({ messages }) => JSON.stringify(messages).length > limit)
    expect(refused).toHaveLength(1)
    expect(journal.events.filter(({ type }) => type === 'conversation.compacted').length).toBeGreaterThan(3)
  })

  test('one that no compaction makes short enough is a failure, after some tries', async () => {
    const { vary, model } = setUp(() => {
      throw new ModelError('model-context-overflow', 'too long')
    })
    await expect(vary(1)).rejects.toMatchObject({ code: 'model-context-overflow' })
    expect(model.requests).toHaveLength(4)
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
