import { expect, test } from 'vitest'
import { RunHalt } from '../../src/halt.ts'
import type { ModelReply } from '../../src/model/model.ts'
import { ModelError } from '../../src/model/model-error.ts'
import { createPatientModel, type Patience } from '../../src/model/patient-model.ts'
import { scriptedModel, toReply } from '../scripted-model.ts'
import { createVirtualClock } from '../virtual-clock.ts'
import { ask } from './describe-model.ts'

const never = new AbortController().signal
const HOUR_MS = 3_600_000
const gone = () => new ModelError('model-unreachable', 'nobody answers', 'Check the network.')
const limited = (retryAfterMs: number) =>
  new ModelError('model-rate-limit', 'slow down', '', { retryAfterMs })

/** A patient model over one that fails as it is told, and then replies. */
function over(failures: Iterable<unknown>, patience: Partial<Patience> = {}) {
  const clock = createVirtualClock()
  const script = Iterator.from(failures)
  const waits: number[] = []
  const failed: string[] = []
  let calls = 0
  const model = createPatientModel(
    {
      ...scriptedModel([]),
      async respond(): Promise<ModelReply> {
        calls += 1
        const next = script.next()
        if (next.done) return toReply({ text: 'Here I am.' }, 1)
        throw next.value
      },
    },
    {
      clock,
      giveUpAfterMs: () => 12 * HOUR_MS,
      beforeCall: () => undefined,
      onFailure: ({ code }) => failed.push(code),
      beforeWait: (untilMs) => waits.push(untilMs - clock.now()),
      random: () => 1,
      ...patience,
    },
  )
  return { model, clock, waits, failed, calls: () => calls }
}

test('waits grow up to a ceiling while nothing is said, and begin anew after a reply', async () => {
  const { model, waits } = over(Array.from({ length: 11 }, gone))
  await model.respond(ask('hello'), never)
  expect(waits.map((wait) => wait / 1000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])

  const twice = over([gone(), gone()])
  await twice.model.respond(ask('hello'), never)
  await twice.model.respond(ask('hello'), never)
  expect(twice.waits).toEqual([1000, 2000])
})

test('jitter is full: any part of the wait', async () => {
  const draws = [0, 0.25, 1].values()
  const { model, waits } = over([gone(), gone(), gone()], { random: () => draws.next().value ?? 0 })
  await model.respond(ask('hello'), never)
  expect(waits).toEqual([0, 500, 4000])
})

test('a limit is waited for as long as is told, hours too; told "at once" again and again, one waits longer', async () => {
  const { model, waits, clock } = over([limited(5 * HOUR_MS), limited(10), limited(10)])
  const before = clock.now()
  await model.respond(ask('hello'), never)
  expect(waits).toEqual([5 * HOUR_MS, 2000, 4000])
  expect(clock.now() - before).toBe(5 * HOUR_MS + 6000)
})

test('a provider that is gone for too long pauses the run, without being asked often', async () => {
  const forever = (function* () {
    for (;;) yield gone()
  })()
  const { model, clock, calls } = over(forever, { random: Math.random })
  const before = clock.now()
  const halt = await model.respond(ask('hello'), never).catch((error: unknown) => error)
  expect(halt).toBeInstanceOf(RunHalt)
  expect(halt).toMatchObject({
    reason: { kind: 'paused', message: expect.stringContaining('nobody answers') },
  })
  expect(clock.now() - before).toBeLessThanOrEqual(12 * HOUR_MS)
  expect(clock.now() - before).toBeGreaterThan(11.5 * HOUR_MS)
  expect(calls()).toBeLessThan(500)
})

test('a limit beyond that is not waited for', async () => {
  const { model, waits } = over([limited(13 * HOUR_MS)])
  await expect(model.respond(ask('hello'), never)).rejects.toThrow(/says to come back after 20/)
  expect(waits).toEqual([])
})

test.each(['model-auth', 'model-invalid', 'model-context-overflow', 'model-retired', 'model-quota'] as const)(
  '%s is passed on at once',
  async (code) => {
    const { model, waits, calls } = over([new ModelError(code, 'no')])
    await expect(model.respond(ask('hello'), never)).rejects.toMatchObject({ code })
    expect([waits, calls()]).toEqual([[], 1])
  },
)

test('what stands before a call stands before every try', async () => {
  let left = 2
  const { model, calls } = over([gone(), gone(), gone()], {
    beforeCall() {
      left -= 1
      if (left < 0) throw new RunHalt({ kind: 'max-cost', message: 'enough' })
    },
  })
  await expect(model.respond(ask('hello'), never)).rejects.toThrow('enough')
  expect(calls()).toBe(2)
})

test('failures count on over requests that were given up', async () => {
  let isOver = false
  const { model, waits } = over([gone(), gone(), gone()], {
    beforeCall() {
      if (isOver) throw new Error('the attempt is over')
    },
    onFailure() {
      isOver = true
    },
  })
  for (let request = 0; request < 3; request++) {
    await expect(model.respond(ask('hello'), never)).rejects.toThrow('the attempt is over')
    isOver = false
  }
  expect(waits).toEqual([1000, 2000, 4000])
})
