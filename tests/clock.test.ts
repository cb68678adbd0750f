import { expect, test } from 'vitest'
import { SYSTEM_CLOCK } from '../src/clock.ts'

const never = new AbortController().signal

test('a wait is as long as it says', async () => {
  const before = performance.now()
  await SYSTEM_CLOCK.sleep(30, never)
  expect(performance.now() - before).toBeGreaterThanOrEqual(29)
  await SYSTEM_CLOCK.sleep(-5, never)
})

test('a wait of months, which timers do not know, is a wait; and ends with its reason when it is stopped', async () => {
  const controller = new AbortController()
  const reason = new Error('the person said stop')
  const months = SYSTEM_CLOCK.sleep(100 * 24 * 3_600_000, controller.signal)
  setTimeout(() => controller.abort(reason), 50)
  await expect(months).rejects.toBe(reason)
  await expect(SYSTEM_CLOCK.sleep(5, controller.signal)).rejects.toBe(reason)
})
