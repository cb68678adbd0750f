import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import type { RecordedEvent } from '../../src/events.ts'
import type { RunState } from '../../src/journal.ts'
import { openRun } from '../../src/run.ts'
import type { StopReason } from '../../src/stop.ts'
import { makeTask } from '../task.ts'
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts'
import { createWeekProvider, HOUR_MS, type WeekProvider } from './week-provider.ts'

const never = new AbortController().signal

/** Runs a task to its end, with the settings that are given. */
async function play(
  directory: string,
  clock: VirtualClock,
  model: WeekProvider,
  settings: Readonly<Record<string, unknown>>,
): Promise<{ reason: StopReason; state: RunState; events: readonly RecordedEvent[] }> {
  const overrides = Object.entries({ sandbox: 'process', max_attempts: 100_000, ...settings })
  const config = await readConfig(
    directory,
    overrides.map(([key, value]) => ({ key, value: JSON.stringify(value) })),
  )
  const run = await openRun(config, { model, clock })
  const events: RecordedEvent[] = []
  run.journal.subscribe((event) => events.push(event))
  const reason = await run.start(never).finally(() => run.close())
  return { reason, state: run.journal.state, events }
}

test('a week of latencies, hourly limits, a daily overload and an outage', { timeout: 120_000 }, async () => {
  const clock = createVirtualClock()
  const friday = clock.now()
  const provider = createWeekProvider(clock)
  const directory = await makeTask()
  const week = { max_wall_time_hours: 168, 'provider.count_waiting': true }
  const { reason, state, events } = await play(directory, clock, provider, week)
  const passed = clock.now() - friday

  expect(reason.kind).toBe('max-wall-time')
  // A wait that would end after the week is not begun.
  expect(passed / HOUR_MS).toBeGreaterThan(167)
  expect(passed / HOUR_MS).toBeLessThan(168.1)
  expect(state.activeMs).toBe(passed)
  expect(state.waitedMs).toBe(clock.waits.reduce((sum, wait) => sum + wait, 0))
  process.stdout.write(
    `week: ${(passed / HOUR_MS).toFixed(1)} h, of which ${(state.waitedMs / HOUR_MS).toFixed(1)} h waiting; ${provider.replies} replies, ${JSON.stringify(provider.failures)}, ${state.versions.length - 1} versions of ${state.ledger.length} attempts\n`,
  )

  const { failures } = provider
  expect(state.usage).toEqual(provider.usage)
  expect(state.costUsd).toBeCloseTo(provider.costUsd, 6)
  const failed = events.filter((event) => event.type === 'model.failed')
  expect(failed).toHaveLength(Object.values(failures).reduce((sum, count) => sum + count, 0))
  // Limits are waited for to the minute that was told; who is gone or overloaded is asked less and less often.
  expect(provider.early).toBe(0)
  expect(failures['limited']).toBeLessThanOrEqual(168)
  expect(failures['limited']).toBeGreaterThan(100)
  expect(failures['gone']).toBeLessThan(6 * 60)
  expect(failures['overloaded']).toBeLessThan(7 * 60)
  expect(events.filter((event) => event.type === 'budget.warned')).toMatchObject([
    { cap: 'max_wall_time_hours', limit: 168 },
  ])

  // The same run with waiting left out has most of its time before it still, and is told so again only when that is over.
  const goOn = { ...week, 'provider.count_waiting': false, max_attempts: state.ledger.length + 2 }
  const second = await play(directory, clock, provider, goOn)
  expect(second.reason.kind).toBe('max-attempts')
  expect(second.state.usage).toEqual(provider.usage)
})

test('a provider that stays away pauses the run, and the same command goes on when it is back', async () => {
  const clock = createVirtualClock()
  const provider = createWeekProvider(clock)
  clock.advance(50 * HOUR_MS)
  const directory = await makeTask()
  const settings = { 'provider.give_up_after_minutes': 180, max_attempts: 1 }
  const gone = await play(directory, clock, provider, settings)

  expect(gone.reason).toMatchObject({ kind: 'paused', message: expect.stringContaining('goes on from here') })
  expect(gone.state.attempt).toMatchObject({ number: 1, turns: 0 })
  expect(gone.state.waitedMs).toBeLessThanOrEqual(3 * HOUR_MS)
  expect(gone.state.waitedMs).toBeGreaterThan(2.5 * HOUR_MS)

  clock.advance(4 * HOUR_MS)
  const back = await play(directory, clock, provider, settings)
  expect(back.reason.kind).toBe('max-attempts')
  expect(back.state.ledger).toMatchObject([{ number: 1 }])
  expect(back.state.usage).toEqual(provider.usage)
})
