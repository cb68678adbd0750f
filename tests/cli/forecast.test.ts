import { expect, test } from 'vitest'
import { forecast, rateOf } from '../../src/cli/forecast.ts'
import type { RunState } from '../../src/journal.ts'
import { createRunFold } from '../../src/run-start.ts'
import { version } from '../storage/versions.ts'

const HOUR_MS = 3_600_000

/** Two hours, half an hour of it waited; four attempts, one version, 500 tokens, nothing paid. */
function makeState(changes: Partial<RunState> = {}): RunState {
  const ledger = [1, 2, 3, 4].map((number) => ({ number, outcome: 'rejected' as const, reason: 'no' }))
  return {
    ...createRunFold(),
    ledger,
    versions: [version(0), version(1)],
    usage: { inputTokens: 300, cacheReadTokens: 100, cacheWriteTokens: 0, outputTokens: 100 },
    waitedMs: HOUR_MS / 2,
    ...changes,
  }
}

test('the rate is of the time with the harness running', () => {
  expect(rateOf(makeState(), 2 * HOUR_MS)).toEqual({ attemptsPerHour: 2, versionsPerHour: 0.5 })
  expect(rateOf(makeState({ ledger: [] }), 2 * HOUR_MS)).toBeNull()
})

test('the cap that is reached first comes first, and one that nothing was used of comes last', () => {
  const budget = { maxTokens: 750, maxAttempts: 10, maxVersions: 2, maxWallTimeHours: 3, maxCostUsd: 5 }
  const caps = forecast(makeState(), budget, 2 * HOUR_MS)
  expect(caps.map(({ key, leftMs }) => [key, leftMs === null ? null : leftMs / HOUR_MS])).toEqual([
    ['max_tokens', 1],
    ['max_versions', 2],
    // Three hours of work take four where a quarter of the time is waited.
    ['max_wall_time_hours', 2],
    ['max_attempts', 3],
    ['max_cost_usd', null],
  ])
})

test('a cap that is reached has no time left, and one in a thousand years has none that is told', () => {
  const budget = { maxAttempts: 4, maxTokens: 1e12 }
  expect(forecast(makeState(), budget, 2 * HOUR_MS)).toEqual([
    { key: 'max_attempts', used: 4, limit: 4, leftMs: 0 },
    { key: 'max_tokens', used: 500, limit: 1e12, leftMs: null },
  ])
})

test('before anything was done, time alone is known', () => {
  const caps = forecast(createRunFold(), { maxWallTimeHours: 8, maxAttempts: 3 }, 0)
  expect(caps.map(({ key, leftMs }) => [key, leftMs])).toEqual([
    ['max_wall_time_hours', 8 * HOUR_MS],
    ['max_attempts', null],
  ])
})
