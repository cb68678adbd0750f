import { describe, expect, test } from 'vitest'
import type { Budget } from '../src/budget.ts'
import { createBudgetGuard } from '../src/budget-guard.ts'
import type { Event } from '../src/events.ts'
import { AttemptHalt, RunHalt } from '../src/halt.ts'
import type { ModelClient, ModelRequest } from '../src/model/model.ts'
import { worstCaseOf } from '../src/worst-case.ts'
import { memoryJournal } from './memory-journal.ts'
import { scriptedModel } from './scripted-model.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** Two dollars a million tokens of input, ten of output, replies of 500 tokens at most. */
const model: ModelClient = {
  ...scriptedModel([]),
  maxReplyTokens: 500,
  priceOf: ({ inputTokens, cacheWriteTokens, outputTokens }) =>
    (inputTokens * 2 + cacheWriteTokens * 2.5 + outputTokens * 10) / 1e6,
}
const request = (...texts: readonly string[]): ModelRequest => ({
  system: 'x'.repeat(3_000),
  tools: [],
  messages: texts.map((text, index) =>
    index % 2 === 0
      ? { role: 'user', content: [{ type: 'text', text }] }
      : { role: 'assistant', content: [{ type: 'text', text }] },
  ),
})
const replied = (inputTokens: number, turn = 1): Event => ({
  type: 'model.replied',
  attempt: 1,
  turn,
  usage: { inputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 100 },
  costUsd: 0.01,
  durationMs: 1,
  text: '',
})
const evaluated = (scorerRuns: number, by: 'agent' | 'gate' = 'agent'): Event => ({
  type: 'candidate.evaluated',
  attempt: 1,
  by,
  tree: 't',
  score: { correct: false, failure: 'crash', reason: 'r' },
  durationMs: 1,
  scorerRuns,
})

function guarded(budget: Budget, ...events: readonly Event[]) {
  const journal = memoryJournal()
  const settings = { budget }
  for (const event of [{ type: 'attempt.started', attempt: 1 } as const, ...events]) journal.record(event)
  const clock = createVirtualClock(Date.now())
  return {
    journal,
    settings,
    clock,
    guard: createBudgetGuard({ journal, budget: () => settings.budget, clock }),
  }
}

describe('the most that a call takes', () => {
  test('is never less than its bytes, where nothing is known of it', () => {
    const asked = request('漢字'.repeat(1_000))
    const { tokens } = worstCaseOf(asked, model, null)
    expect(tokens).toBeGreaterThan(3_000 + 6_000 + 500)
  })

  test('is what the provider counted last time, and the bytes of what came since', () => {
    const before = 'word '.repeat(10_000)
    const { tokens, costUsd } = worstCaseOf(request(before, 'reply', 'result'), model, 12_000)
    expect(tokens).toBeGreaterThan(12_000 + 500)
    expect(tokens).toBeLessThan(12_000 + 500 + 2_000)
    expect(costUsd).toBeCloseTo(((tokens - 500) * 2.5 + 500 * 10) / 1e6, 12)
  })

  test('is no more than gets into the model', () => {
    expect(worstCaseOf(request('x'.repeat(1_000_000)), model, null).tokens).toBe(200_500)
  })

  test('is nothing for a model that takes no tokens', () => {
    const { tokens, costUsd } = worstCaseOf(request('x'), { ...model, maxReplyTokens: 0 }, null)
    expect([tokens, costUsd]).toEqual([0, 0])
  })
})

describe('a call', () => {
  test('is not made where it could pass a cap of the run, with the figures', () => {
    const { guard } = guarded({ maxTokens: 12_000 }, replied(5_000))
    guard.beforeCall(request('a', 'b', 'c'), model)
    const close = guarded({ maxTokens: 12_000 }, replied(5_000), replied(3_000, 2)).guard
    expect(() => close.beforeCall(request('a', 'b', 'c'), model)).toThrow(RunHalt)
    expect(() => close.beforeCall(request('a', 'b', 'c'), model)).toThrow(
      /^8200 tokens were used, the next step may take \d+ more, the limit is 12000$/,
    )
  })

  test('the same for money', () => {
    const { guard } = guarded({ maxCostUsd: 0.03 }, replied(1_000), replied(1_000, 2))
    expect(() => guard.beforeCall(request('a', 'b', 'c'), model)).toThrow(
      expect.objectContaining({ reason: { kind: 'max-cost', message: expect.stringContaining('$0.02') } }),
    )
  })

  test('a cap of the attempt ends the attempt alone, and counts from where it began', () => {
    const { guard, journal } = guarded({ attempt: { maxTokens: 10_000 } }, replied(5_000), replied(3_000, 2))
    expect(() => guard.beforeCall(request('a', 'b', 'c'), model)).toThrow(AttemptHalt)
    journal.record({ type: 'attempt.abandoned', attempt: 1, reason: 'r', refused: false })
    journal.record({ type: 'attempt.started', attempt: 2 })
    guard.beforeCall(request('a', 'b', 'c'), model)
  })

  test('a reply that broke off is paid like any other', () => {
    const usage = { inputTokens: 9_000, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 3 }
    const failed: Event = {
      type: 'model.failed',
      code: 'model-unreachable',
      message: 'm',
      usage,
      costUsd: 0.02,
    }
    const { guard, journal } = guarded({ maxTokens: 9_003 }, failed)
    expect(() => guard.beforeCall(request('a'), model)).toThrow(/^9003 tokens/)
    expect(journal.state.costUsd).toBe(0.02)
  })

  test('time that is spent waiting counts only where the person says so', () => {
    const { guard, settings, journal, clock } = guarded({ maxWallTimeHours: 2 })
    journal.record({ type: 'model.waiting', untilMs: clock.now() + 3 * 3_600_000, reason: 'limit' })
    clock.advance(3 * 3_600_000)
    guard.beforeCall(request('a'), model)
    settings.budget = { maxWallTimeHours: 2, countWaiting: true }
    expect(() => guard.beforeCall(request('a'), model)).toThrow(/of running are over/)
  })

  test('time of an attempt counts from where it began, and ends the attempt alone', () => {
    const { guard, clock } = guarded({ attempt: { maxMinutes: 30 } })
    clock.advance(29 * 60_000)
    guard.beforeCall(request('a'), model)
    clock.advance(2 * 60_000)
    expect(() => guard.beforeCall(request('a'), model)).toThrow(AttemptHalt)
  })

  test('a wait that would pass the time is not begun where waiting counts', () => {
    const { guard, settings, clock } = guarded({ maxWallTimeHours: 2 })
    guard.beforeWait(clock.now() + 3 * 3_600_000)
    settings.budget = { maxWallTimeHours: 2, countWaiting: true }
    expect(() => guard.beforeWait(clock.now() + 3 * 3_600_000)).toThrow(RunHalt)
    guard.beforeWait(clock.now() + 3_600_000)
  })
})

describe('runs of the scorer', () => {
  test('stop where none is left, whatever else is used up', () => {
    const budget = { maxEvaluations: 6, maxTokens: 1 }
    guarded(budget, replied(5_000), evaluated(5)).guard.beforeEvaluation()
    const { guard } = guarded(budget, evaluated(6))
    expect(() => guard.beforeEvaluation()).toThrow(
      expect.objectContaining({ reason: expect.objectContaining({ kind: 'max-evaluations' }) }),
    )
  })

  test('of an attempt: the agent is told, and the run is not ended', () => {
    const { guard } = guarded({ attempt: { maxEvaluations: 4 } }, evaluated(4))
    expect(() => guard.beforePreview()).toThrow(/4 runs of the scorer.*submit what you have/)
    expect(() => guard.beforePreview()).not.toThrow(RunHalt)
    guard.beforeEvaluation()
    guard.beforeCall(request('a'), model)
  })
})

test('that most of a cap is used up is said once, and again when it was raised and that is used up too', () => {
  const { guard, journal, settings } = guarded({ maxTokens: 20_000, maxVersions: 10 }, replied(16_000))
  const warnings = () => journal.events.filter((event) => event.type === 'budget.warned')
  for (let call = 0; call < 3; call++) guard.beforeCall(request('a', 'b'), { ...model, maxReplyTokens: 0 })
  expect(warnings()).toMatchObject([{ cap: 'max_tokens', used: 16_100, limit: 20_000 }])

  settings.budget = { maxTokens: 40_000 }
  guard.beforeCall(request('a', 'b'), model)
  expect(warnings()).toHaveLength(1)
  journal.record(replied(18_000, 2))
  guard.beforeCall(request('a', 'b'), { ...model, maxReplyTokens: 0 })
  expect(warnings()).toMatchObject([{ limit: 20_000 }, { limit: 40_000 }])
})
