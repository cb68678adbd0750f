import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/model/model-error.ts'
import type { memoryJournal } from '../memory-journal.ts'
import type { ScriptedReply } from '../scripted-model.ts'
import { done, lastText, setUp } from './set-up.ts'

describe('an attempt that stands still is told, then ended', () => {
  const say = (text: string): ScriptedReply => ({ calls: [['echo', { text }]] })
  const stallsOf = (journal: ReturnType<typeof memoryJournal>): readonly string[] =>
    journal.events.flatMap((event) =>
      event.type === 'attempt.stalled' ? [`${event.stall} ${event.turns}`] : [],
    )

  test('the same call with the same result, again and again', async () => {
    const { vary, model, journal } = setUp(() => say('a'), { maxTurns: 30 })
    expect(await vary(1)).toMatchObject({
      abandoned: expect.stringContaining('in 8 turns it only made calls that it had made before'),
      stalled: 'repeating',
    })
    expect(model.requests).toHaveLength(9)
    expect(lastText(model.requests[2]?.messages ?? [])).not.toContain('nothing new')
    expect(lastText(model.requests[3]?.messages ?? [])).toContain('The last 2 turns brought nothing new')
    expect(stallsOf(journal)).toEqual(['repeating 2', 'repeating 4', 'repeating 6', 'repeating 8'])
  })

  test('one thing and its opposite in turns', async () => {
    const { vary, model } = setUp((_request, call) => say(call % 2 === 0 ? 'a' : 'b'), { maxTurns: 30 })
    expect(await vary(1)).toMatchObject({ stalled: 'repeating' })
    expect(model.requests).toHaveLength(10)
  })

  test('but not where something new comes in between, in the same reply or another', async () => {
    const { vary, journal } = setUp(
      (_request, call) =>
        call === 30
          ? done
          : {
              calls: [
                ['echo', { text: 'a' }],
                ['echo', { text: String(call - (call % 2)) }],
              ],
            },
      { maxTurns: 30 },
    )
    expect(await vary(1)).toMatchObject({ summary: 'done' })
    expect(stallsOf(journal)).toEqual([])
  })

  test('a solution that stays the same, however much is looked at', async () => {
    const { vary, model, journal } = setUp(
      (_request, call) => ({ calls: [['look', { at: String(call) }]] }),
      {
        maxTurns: 100,
      },
    )
    expect(await vary(1)).toEqual({
      abandoned: 'the agent changed nothing in the solution in 45 turns',
      stalled: 'unchanged',
    })
    expect(model.requests).toHaveLength(45)
    expect(stallsOf(journal)).toEqual(['unchanged 15', 'unchanged 30', 'unchanged 45'])
  })

  test('and what was counted before a restart counts on', async () => {
    let stops = 5
    const { vary, model, journal, restarted } = setUp(() => say('a'), {
      maxTurns: 30,
      stop: () => (stops-- === 0 ? { kind: 'max-cost', message: 'spent' } : null),
    })
    expect(await vary(1)).toBeNull()
    expect(await restarted(1)).toMatchObject({ stalled: 'repeating' })
    expect(model.requests).toHaveLength(9)
    expect(stallsOf(journal)).toEqual(['repeating 2', 'repeating 4', 'repeating 6', 'repeating 8'])
  })

  test('what it did before its memory was compacted may be done again', async () => {
    let failed = false
    const { vary, journal } = setUp(
      (_request, call) => {
        if (call === 4 && !failed) {
          failed = true
          throw new ModelError('model-context-overflow', 'too long')
        }
        return call === 7 ? done : say(String(call % 3))
      },
      { maxTurns: 30 },
    )
    await vary(1)
    expect(journal.events.some((event) => event.type === 'conversation.compacted')).toBe(true)
    expect(stallsOf(journal)).toEqual([])
  })
})
