import { execFileSync } from 'node:child_process'
import dns from 'node:dns'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import { AvoError } from '../src/errors.ts'
import type { RecordedEvent } from '../src/events.ts'
import type { Journal } from '../src/journal.ts'
import { openRun } from '../src/run.ts'
import { scoreOf } from '../src/score.ts'
import type { StopReason } from '../src/stop.ts'
import { anthropicProtocol } from './model/anthropic-protocol.ts'
import { chatProtocol } from './model/chat-protocol.ts'
import { answerWith, openProviderServer, type ProviderServer } from './model/provider-server.ts'
import { responsesProtocol } from './model/responses-protocol.ts'
import { playAgent } from './played-agent.ts'
import { makeTask } from './task.ts'
import { createVirtualClock } from './virtual-clock.ts'

const KEY = 'sk-secret-0123456789abcdef'
const never = new AbortController().signal

/** A provider as avo.yaml names it, and how it speaks. */
const PROVIDERS = [
  {
    name: 'Anthropic, over its SDK',
    provider: 'anthropic',
    model: 'claude-opus-5-5',
    baseUrl: (port: string) => `http://127.0.0.1:${port}`,
    path: '/v1/messages',
    keyVariable: 'ANTHROPIC_API_KEY',
    overloaded: 529,
    protocol: anthropicProtocol,
  },
  {
    name: 'OpenAI, over its SDK and the Responses API',
    provider: 'openai',
    model: 'gpt-6-astra',
    // Only OpenAI itself is asked over this API, and its name leads here.
    baseUrl: (port: string) => `http://api.openai.com:${port}/v1`,
    path: '/v1/responses',
    keyVariable: 'OPENAI_API_KEY',
    overloaded: 500,
    protocol: responsesProtocol,
  },
  {
    name: 'Ollama, over Chat Completions',
    provider: 'ollama',
    model: 'gpt-oss:20b',
    baseUrl: (port: string) => `http://127.0.0.1:${port}/v1`,
    path: '/v1/chat/completions',
    keyVariable: 'OLLAMA_API_KEY',
    overloaded: 503,
    protocol: chatProtocol('ollama', 'gpt-oss:20b'),
  },
] as const

const { lookup } = dns
let server: ProviderServer
beforeAll(async () => {
  const toHere = (host: string, ...rest: readonly unknown[]): unknown =>
    Reflect.apply(lookup, dns, [host === 'api.openai.com' ? '127.0.0.1' : host, ...rest])
  Object.assign(dns, { lookup: toHere })
  server = await openProviderServer()
})
afterEach(() => {
  server.reset()
  vi.unstubAllEnvs()
})
afterAll(() => {
  Object.assign(dns, { lookup })
  return server.close()
})

describe.each(PROVIDERS)('a whole run with $name', (provider) => {
  const { protocol, path, keyVariable } = provider

  /** Runs a task to its end; a failure is given back. */
  async function play(
    directory: string,
    attempts: number,
  ): Promise<{ end: StopReason | Error; state: Journal['state']; events: readonly RecordedEvent[] }> {
    vi.stubEnv(keyVariable, KEY)
    const llm = {
      provider: provider.provider,
      model: provider.model,
      base_url: provider.baseUrl(new URL(server.url).port),
      price: { input: 10, output: 100, cached: 1 },
    }
    const config = await readConfig(directory, [
      { key: 'llm', value: JSON.stringify(llm) },
      { key: 'max_attempts', value: String(attempts) },
    ])
    const run = await openRun(config, { clock: createVirtualClock() })
    const events: RecordedEvent[] = []
    run.journal.subscribe((event) => events.push(event))
    const end = await run.start(never).catch((error: Error) => error)
    run.close()
    return { end, state: run.journal.state, events }
  }

  test('that improves: versions, tokens and costs as the server reports them, the key in no file', async () => {
    const directory = await makeTask()
    server.answerNext(
      protocol.stream({
        calls: [
          { id: 'call_1', name: 'run_shell', arguments: '{"command": "env; echo 2 > value.txt"}' },
          { id: 'call_2', name: 'evaluate', arguments: '{}' },
        ],
        usage: { input: 1000, cached: 900, output: 50 },
      }),
    )
    server.mock.on(
      {},
      playAgent((attempt) => String(attempt + 1)),
    )
    const { end, state, events } = await play(directory, 2)

    expect(end).toMatchObject({ kind: 'max-attempts' })
    expect(state.versions.map(({ score }) => scoreOf(score, 'a'))).toEqual([1, 2, 3])
    const replies = events.filter((event) => event.type === 'model.replied')
    expect(
      replies.map(({ usage }) => [usage.inputTokens, usage.cacheReadTokens, usage.outputTokens]),
    ).toEqual([
      [100, 900, 50],
      [100, 0, 10],
      [100, 0, 10],
      [100, 0, 10],
    ])
    expect(state.usage).toEqual({
      inputTokens: 400,
      cacheReadTokens: 900,
      cacheWriteTokens: 0,
      outputTokens: 80,
    })
    expect(state.costUsd).toBeCloseTo((400 * 10 + 900 * 1 + 80 * 100) / 1e6, 12)
    expect(state.versions.map(({ costUsd }) => costUsd)).toEqual([
      0,
      expect.closeTo((200 * 10 + 900 + 60 * 100) / 1e6, 12),
      expect.closeTo((200 * 10 + 20 * 100) / 1e6, 12),
    ])

    expect(new Set(server.requests.map((request) => request.path))).toEqual(new Set([path]))
    expect(JSON.stringify(server.requests[0]?.headers)).toContain(KEY)
    expect(JSON.stringify(server.requests.map(({ body }) => body))).not.toContain(KEY)
    await expectNoKey(directory)
  })

  test('that never improves: it ends by its limit, with the reason of every attempt', async () => {
    const directory = await makeTask()
    const values = ['0.5', 'rubbish']
    server.mock.on(
      { predicate: ({ messages }) => JSON.stringify(messages).includes('# Attempt 3') },
      { content: 'Sorry.' },
    )
    server.mock.on(
      {},
      playAgent((attempt) => values[attempt - 1] ?? ''),
    )
    const { end, state } = await play(directory, 3)

    expect(end).toMatchObject({ kind: 'max-attempts' })
    expect(state.versions).toHaveLength(1)
    expect(state.ledger.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['rejected', '-50.0% against v0: not better'],
      ['rejected', 'the scorer found it incorrect: not a number: rubbish'],
      ['abandoned', 'the agent called no tool in 3 replies: Sorry.'],
    ])
  })

  test('that meets a lost connection, a rate limit and an overload goes on', async () => {
    const directory = await makeTask()
    const soon = { 'retry-after': '0.02' }
    server.answerNext(protocol.streamAndDie({ text: 'Let me see what' }))
    server.answerNext(answerWith(429, { error: { type: 'rate_limit_error', message: 'Slow down.' } }, soon))
    server.answerNext(answerWith(provider.overloaded, { error: { message: 'Overloaded.' } }, soon))
    server.mock.on(
      {},
      playAgent(() => '2'),
    )
    const { end, state, events } = await play(directory, 1)

    expect(end).toMatchObject({ kind: 'max-attempts' })
    expect(state.versions).toHaveLength(2)
    const failures = events.filter((event) => event.type === 'model.failed')
    expect(failures).toMatchObject([
      { code: 'model-unreachable' },
      { code: 'model-rate-limit' },
      { code: 'model-overloaded' },
    ])
    expect(state.usage.inputTokens).toBe(200)
    const [first, ...again] = server.requests.slice(0, 4).map(({ body }) => body)
    for (const body of again) expect(body).toEqual(first)
  })

  test('that has a wrong key stops at the first call with what to do, and goes on with the right one', async () => {
    const directory = await makeTask()
    const refused = {
      type: 'error',
      error: { type: 'authentication_error', message: `Incorrect API key: ${KEY}` },
    }
    server.answerNext(answerWith(401, refused))
    server.mock.on(
      {},
      playAgent(() => '2'),
    )
    const { end, state, events } = await play(directory, 1)

    expect(end).toBeInstanceOf(AvoError)
    expect(end).toMatchObject({ code: 'model-auth', exitCode: 4, hint: expect.stringContaining(keyVariable) })
    expect(server.requests).toHaveLength(1)
    expect(state.ended).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('Incorrect API key'),
    })
    expect(JSON.stringify(events)).not.toContain(KEY)
    await expectNoKey(directory)

    const second = await play(directory, 1)
    expect(second.end).toMatchObject({ kind: 'max-attempts' })
    expect(second.state.ledger.map(({ number, outcome }) => [number, outcome])).toEqual([[1, 'accepted']])
  })
})

/** Neither a file of the task nor anything in its lineage holds the key. */
async function expectNoKey(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []))
  expect(files.some((file) => file.endsWith('.avo/conversation.jsonl'))).toBe(true)
  for (const file of files) expect(await readFile(file, 'latin1'), file).not.toContain(KEY)
  const log = execFileSync('git', ['-C', join(directory, 'workspace'), 'log', '--all', '-p'], {
    encoding: 'utf8',
  })
  expect(log).not.toContain(KEY)
}
