import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import type { RecordedEvent } from '../src/events.ts'
import { openRun } from '../src/run.ts'
import { chatProtocol } from './model/chat-protocol.ts'
import { type Answer, answerWith, openProviderServer, type ProviderServer } from './model/provider-server.ts'
import { makeTask, NUMBER_TASK } from './task.ts'

const { stream } = chatProtocol('ollama', 'large')
const USAGE = { input: 1_000, cached: 0, output: 100 }
const WORDS = { kind: 'algorithm', tried: 'a larger number', why: 'more is more', unless: 'with a limit' }

let server: ProviderServer
beforeAll(async () => {
  server = await openProviderServer()
})
afterEach(() => server.reset())
afterAll(() => server.close())

/** Two attempts of the large model, and what the small one answers when it is asked for the lesson of the first. */
async function play(lesson: Answer, price = '{ input: 1, output: 10 }') {
  const call = (id: string, name: string, input: unknown) =>
    stream({ calls: [{ id, name, arguments: JSON.stringify(input) }], usage: USAGE })
  for (const answer of [
    call('1', 'write_file', { path: 'value.txt', content: '2' }),
    call('2', 'submit', { summary: 'write 2' }),
    lesson,
    call('3', 'write_file', { path: 'value.txt', content: '1' }),
    call('4', 'submit', { summary: 'write 1' }),
  ])
    server.answerNext(answer)
  const at = (model: string, price: string): string =>
    `{ provider: ollama, model: ${model}, base_url: '${server.url}/v1', price: ${price} }`
  const directory = await makeTask({
    ...NUMBER_TASK,
    'avo.yaml': `seed: seed\nscorer: { command: [sh, score.sh] }\nmax_attempts: 2\nmax_cost_usd: 5\nembeddings: { provider: local }
llm: ${at('large', '{ input: 1, output: 10 }')}\nlessons: { llm: ${at('small', price)} }\n`,
  })
  const run = await openRun(await readConfig(directory))
  const events: RecordedEvent[] = []
  run.journal.subscribe((event) => events.push(event))
  try {
    const reason = await run.start(new AbortController().signal)
    const asked = server.requests.map(({ body }) => body['model'])
    return { reason, state: run.journal.state, events, asked }
  } finally {
    run.close()
  }
}

test('a cheap model puts the lesson into words, but for the last attempt of all, and its price is counted', async () => {
  const { reason, state, asked } = await play(stream({ text: JSON.stringify(WORDS), usage: USAGE }))
  expect(reason.kind).toBe('max-attempts')
  expect(asked).toEqual(['large', 'large', 'small', 'large', 'large'])
  expect(state.lessons).toMatchObject([
    { ...WORDS, outcome: 'gain', happened: 'v1: +100% over v0' },
    { tried: 'write 1', outcome: 'no-gain' },
  ])
  expect(state.costUsd).toBeCloseTo(5 * 0.002)
})

test('where it fails the lesson is from the record, and the run goes on', async () => {
  const { reason, state, events, asked } = await play(answerWith(500, { error: { message: 'down' } }))
  expect(reason.kind).toBe('max-attempts')
  expect(asked).toEqual(['large', 'large', 'small', 'large', 'large'])
  expect(state.lessons).toMatchObject([{ tried: 'write 2' }, { tried: 'write 1' }])
  expect(events.filter(({ type }) => type === 'model.failed')).toHaveLength(1)
})

test('where the budget has no room for it nobody is asked', async () => {
  const { state, asked } = await play(stream({ text: '' }), '{ input: 1, output: 1000 }')
  expect(asked.slice(0, 3)).toEqual(['large', 'large', 'large'])
  expect(state.lessons[0]).toMatchObject({ tried: 'write 2', outcome: 'gain' })
})
