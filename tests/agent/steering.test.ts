import { describe, expect, test } from 'vitest'
import { attemptHeading } from '../../src/agent/briefing.ts'
import type { Journal } from '../../src/journal.ts'
import type { Message } from '../../src/model/model.ts'
import { done, lastText, setUp } from './set-up.ts'

describe('what the person says', () => {
  const hear = (journal: Journal, text: string): void =>
    journal.record({ type: 'steering.received', hash: text, text, source: text })
  const saidIn = (messages: readonly Message[]): readonly string[] =>
    messages.flatMap(({ role, content }) =>
      role === 'user'
        ? content.flatMap((block) =>
            block.type === 'text' && block.text.startsWith('# From the person') ? [block.text] : [],
          )
        : [],
    )

  test('is told at the next turn, once, and again in a fresh conversation', async () => {
    let turn = 0
    const { vary, model, journal } = setUp(
      (_request, call) =>
        call === 4 ? { end: 'refused' } : call === 5 ? done : { calls: [['echo', { text: String(call) }]] },
      {
        listen: (heard) => {
          turn += 1
          if (turn === 2) hear(heard, 'no numpy')
          if (turn === 3) hear(heard, 'numpy is fine')
        },
      },
    )
    await vary(1)
    journal.record({ type: 'attempt.abandoned', attempt: 1, reason: 'refused', refused: true })
    await vary(2)
    const both = ['# From the person (1)\nno numpy', '# From the person (2)\nnumpy is fine']
    expect(model.requests.map(({ messages }) => saidIn(messages))).toEqual([
      [],
      both.slice(0, 1),
      both,
      both,
      both,
    ])
    const second = model.requests[1]?.messages ?? []
    expect(lastText(second)).toBe('# From the person (1)\nno numpy')
  })

  test('is told by whoever goes on after a kill between the record and the telling', async () => {
    const { vary, model, journal, conversation } = setUp([done])
    journal.record({ type: 'attempt.started', attempt: 1 })
    conversation.append({ role: 'user', content: [{ type: 'text', text: attemptHeading(1) }] })
    conversation.append({ role: 'user', content: [{ type: 'text', text: '# From the person (1)\nold' }] })
    hear(journal, 'old')
    hear(journal, 'new')
    await vary(1)
    expect(saidIn(model.requests[0]?.messages ?? [])).toEqual([
      '# From the person (1)\nold',
      '# From the person (2)\nnew',
    ])
  })

  test('stays, each text once, however often the conversation is compacted', async () => {
    const long = 'x'.repeat(3_000)
    const { vary, model, journal } = setUp(
      (_request, call) => (call === 60 ? done : { calls: [['echo', { text: `${call} ${long}` }]] }),
      {
        contextTokens: 10_000,
        maxTurns: 60,
        listen: (heard) => {
          if (heard.state.turns % 10 === 5) hear(heard, `order at ${heard.state.turns}`)
        },
      },
    )
    await vary(1)
    expect(journal.events.filter(({ type }) => type === 'conversation.compacted').length).toBeGreaterThan(3)
    const wanted = [5, 15, 25, 35, 45, 55].map(
      (turn, index) => `# From the person (${index + 1})\norder at ${turn}`,
    )
    expect(saidIn(model.requests.at(-1)?.messages ?? []).toSorted()).toEqual(wanted)
    for (const { messages } of model.requests)
      expect(new Set(saidIn(messages)).size).toBe(saidIn(messages).length)
  })
})
