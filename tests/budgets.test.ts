import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Override, readConfig } from '../src/config/config.ts'
import type { RecordedEvent } from '../src/events.ts'
import type { RunState } from '../src/journal.ts'
import { openRun, type RunOptions } from '../src/run.ts'
import type { StopReason } from '../src/stop.ts'
import { servedConfig } from './cli/served-config.ts'
import { openProviderServer } from './model/provider-server.ts'
import { playAgent } from './played-agent.ts'
import { type ScriptedReply, scriptedModel } from './scripted-model.ts'
import { makeTask } from './task.ts'

const never = new AbortController().signal

/** Runs a task to its end, or to its failure. */
async function play(
  directory: string,
  options: RunOptions,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<{ end: StopReason | Error; state: RunState; events: readonly RecordedEvent[] }> {
  const set = Object.entries(overrides).map(
    ([key, value]): Override => ({ key, value: JSON.stringify(value) }),
  )
  const run = await openRun(await readConfig(directory, set), options)
  const events: RecordedEvent[] = []
  run.journal.subscribe((event) => events.push(event))
  const end = await run.start(never).catch((error: Error) => error)
  run.close()
  return { end, state: run.journal.state, events }
}

/** Three turns an attempt, 100 tokens each: writes the attempt's number and one, evaluates, submits. */
function improver(act: (call: number) => Promise<void> | void = () => undefined) {
  const model = scriptedModel((_request, call): ScriptedReply => {
    const value = 2 + Math.floor((call - 1) / 3)
    const calls = {
      1: ['write_file', { path: 'value.txt', content: String(value) }] as const,
      2: ['evaluate', {}] as const,
      0: ['submit', { summary: `value ${value}` }] as const,
    }
    return { calls: [calls[call % 3 === 1 ? 1 : call % 3 === 2 ? 2 : 0]], usage: { inputTokens: 100 } }
  })
  const respond: typeof model.respond = async (...asked) => {
    const reply = await model.respond(...asked)
    await act(model.requests.length)
    return reply
  }
  return { ...model, respond }
}

async function edit(directory: string, from: string | RegExp, to: string): Promise<void> {
  const file = join(directory, 'avo.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to))
}

test('an attempt that has used up its own cap is over, and the next one begins', async () => {
  const directory = await makeTask()
  const { end, state } = await play(directory, { model: improver() }, { 'attempt.max_tokens': 200 })
  expect(end).toMatchObject({ kind: 'max-attempts' })
  expect(state.ledger.map(({ outcome }) => outcome)).toEqual(['abandoned', 'accepted', 'abandoned'])
  expect(state.ledger[0]?.reason).toBe('200 tokens were used in the attempt, the limit is 200')
  expect(state.usage.inputTokens).toBe(500)
})

test('runs of the scorer are capped, and the same run goes on when the cap is raised', async () => {
  const directory = await makeTask()
  const capped = await play(directory, { model: improver() }, { max_evaluations: 4 })
  expect(capped.end).toMatchObject({ kind: 'max-evaluations' })
  expect(capped.state.evaluations).toBeGreaterThanOrEqual(4)
  expect(capped.state.evaluations).toBeLessThan(7)

  const whole = await play(directory, { model: improver() })
  expect(whole.end).toMatchObject({ kind: 'max-attempts' })
  expect(whole.state.versions.length).toBeGreaterThan(2)
})

test('what the agent may evaluate in an attempt is capped, and it is told', async () => {
  const directory = await makeTask()
  const requests: string[] = []
  const model = scriptedModel((request, call): ScriptedReply => {
    requests.push(JSON.stringify(request.messages.at(-1)))
    const value = String(1 + call)
    if (call === 4) return { calls: [['submit', { summary: 's' }]] }
    return {
      calls: [
        ['write_file', { path: 'value.txt', content: value }],
        ['evaluate', {}],
      ],
    }
  })
  const { state } = await play(directory, { model }, { 'attempt.max_evaluations': 2, max_attempts: 1 })
  expect(requests.map((text) => text.includes('submit what you have'))).toEqual([false, false, false, true])
  expect(state.versions).toHaveLength(2)
})

test('avo.yaml may be edited meanwhile: what can be taken over is, and why the rest can not is said once', async () => {
  const directory = await makeTask()
  const model = improver(async (call) => {
    if (call === 2) {
      await edit(
        directory,
        'max_attempts: 3',
        'max_attempts: 1\nmax_cost_usd: 5\nsupervisor: { stall_window: 7, llm: other }',
      )
      await edit(directory, 'seed: seed', 'seed: seed\naccept: improvement_or_equal')
    }
    if (call === 3) await edit(directory, 'max_attempts: 1', 'max_attempts: 2')
  })
  const { end, state, events } = await play(directory, { model })
  expect(end).toMatchObject({ kind: 'max-attempts', message: expect.stringContaining('the limit is 2') })
  expect(state.ledger).toHaveLength(2)
  // What a status shows, whoever asks and with whatever avo.yaml.
  expect(state.budget).toMatchObject({ maxAttempts: 2, maxCostUsd: 5 })
  expect(events.filter((event) => event.type === 'config.changed')).toMatchObject([
    {
      keys: ['max_attempts', 'supervisor.stall_window', 'max_cost_usd'],
      refused: [
        { key: 'accept', why: expect.stringContaining('start it again') },
        { key: 'supervisor.llm', why: expect.stringContaining('start it again') },
      ],
    },
  ])
})

test('an edit that is wrong is said, and changes nothing', async () => {
  const directory = await makeTask()
  const model = improver((call) =>
    call === 2 ? edit(directory, 'max_attempts: 3', 'max_attempts: many') : undefined,
  )
  const { end, events } = await play(directory, { model })
  expect(end).toMatchObject({ kind: 'max-attempts', message: expect.stringContaining('the limit is 3') })
  const notices = events.filter((event) => event.type === 'notice.given' && event.text.includes('many'))
  expect(notices).toHaveLength(1)
})

test('a cap that is raised in the attempt that it would have ended lets it go on', async () => {
  const directory = await makeTask()
  await edit(directory, 'max_attempts: 3', 'max_attempts: 1\nmax_tokens: 200')
  const model = improver((call) =>
    call === 2 ? edit(directory, 'max_tokens: 200', 'max_tokens: 2000') : undefined,
  )
  const { end, state } = await play(directory, { model })
  expect(end).toMatchObject({ kind: 'max-attempts' })
  expect(state.ledger).toMatchObject([{ number: 1, outcome: 'accepted' }])
})

test('another model is asked from the next attempt on, at its own price', async () => {
  const server = await openProviderServer()
  onTestFinished(() => server.close())
  const directory = await makeTask()
  const config = (model: string, price: number) =>
    servedConfig(server.mock, {
      max_attempts: 2,
      llm: { provider: 'custom', model, base_url: `${server.url}/v1`, price: { input: price, output: 0 } },
    })
  const file = join(directory, 'avo.yaml')
  await writeFile(file, config('small', 1))
  server.mock.on(
    {},
    playAgent((attempt) => String(attempt + 1)),
  )
  const run = await openRun(await readConfig(directory))
  const events: RecordedEvent[] = []
  let edited: Promise<void> | null = null
  run.journal.subscribe((event) => {
    events.push(event)
    if (event.type === 'solution.submitted') edited ??= writeFile(file, config('large', 10))
  })
  await run.start(never)
  await edited
  run.close()

  expect(server.requests.map(({ body }) => body['model'])).toEqual(['small', 'small', 'large', 'large'])
  expect(events.filter(({ type }) => type === 'model.replaced')).toMatchObject([
    { from: 'custom/small', to: 'custom/large' },
  ])
  expect(run.journal.state.costUsd).toBeCloseTo((200 * 1 + 200 * 10) / 1e6, 12)
  expect(run.journal.state.model).toBe('custom/large')
})
