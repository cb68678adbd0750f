import { mkdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Event } from '../../src/events.ts'
import { makeTask } from '../task.ts'
import { avo } from './avo.ts'

const STARTED: Event = {
  type: 'run.started',
  project: 'number',
  provider: 'custom',
  model: 'custom/played',
  scorer: 'sha256:abc',
  sandbox: 'process',
  resumed: false,
}

/** A task whose journal says so, and whose lock is this process's unless nobody runs it. */
async function makeRunning(events: readonly Event[], isRunning = true): Promise<string> {
  const directory = await makeTask()
  await mkdir(join(directory, '.avo'))
  const at = new Date(Date.now() - 90_000).toISOString()
  const lines = [STARTED, ...events].map((event) => `${JSON.stringify({ at, ...event })}\n`)
  await writeFile(join(directory, '.avo/events.jsonl'), lines.join(''))
  // On another machine everything lives, as far as one can see from here.
  const host = `not-${hostname()}`
  const lock = { id: crypto.randomUUID(), pid: process.pid, host, started: null, since: at }
  if (isRunning) await writeFile(join(directory, '.avo/lock'), JSON.stringify(lock))
  return directory
}

const CALLED: readonly Event[] = [
  { type: 'attempt.started', attempt: 7 },
  { type: 'tool.called', attempt: 7, turn: 1, tool: 'run_shell', about: 'make -j8\u001b[31m' },
]
const WAITING: readonly Event[] = [
  { type: 'attempt.started', attempt: 7 },
  { type: 'model.waiting', untilMs: Date.now() + 600_000, reason: 'rate limit' },
]

test('status says what goes on, and since when', async () => {
  const [calls, waits, starts] = await Promise.all(
    [CALLED, WAITING, []].map(async (events) => avo(['status', await makeRunning(events)])),
  )
  expect(calls?.stdout).toMatch(/^now +attempt 7, turn 1: run_shell make -j8, for 1 min 3\d s$/m)
  expect(waits?.stdout).toMatch(
    /^now +attempt 7, turn 1: waits for the model until \d\d:.*: rate limit, for 1 min/m,
  )
  expect(starts?.stdout).toMatch(/^now +measures where it starts from, for /m)
})

test('as JSON, and of a run that was cut off there is no now', async () => {
  const [calls, cut] = await Promise.all([
    avo(['status', '--json', await makeRunning(CALLED)]),
    avo(['status', '--json', await makeRunning(CALLED, false)]),
  ])
  expect(JSON.parse(calls.stdout)).toMatchObject({
    running: true,
    now: { phase: 'using-tool', since: expect.any(String) },
    endsAt: expect.any(String),
    activeMs: expect.any(Number),
  })
  expect(JSON.parse(calls.stdout).activeMs).toBeGreaterThan(80_000)
  expect(JSON.parse(cut.stdout)).toMatchObject({ running: false, now: null, endsAt: null, activeMs: 0 })
})
