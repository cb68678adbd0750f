import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AvoError } from '../../src/errors.ts'
import { type ModelClient, type ModelRequest, textOf } from '../../src/model/model.ts'
import { ModelError } from '../../src/model/model-error.ts'
import { recordModel, replayModel } from '../../src/model/recording.ts'
import { scriptedModel } from '../scripted-model.ts'
import { anthropicProtocol } from './anthropic-protocol.ts'
import { answerCalls, converse } from './conversation.ts'
import { ask } from './describe-model.ts'
import { openProviderServer } from './provider-server.ts'

const never = new AbortController().signal
let directory: string
let file: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'avo-recording-'))
  file = join(directory, 'cassette.jsonl')
})
afterEach(() => rm(directory, { recursive: true }))

/** Records one call for every request. */
async function record(...requests: readonly ModelRequest[]): Promise<ModelClient> {
  const model = recordModel(
    scriptedModel((_, call) => ({ text: `reply ${call}`, costUsd: null })),
    file,
  )
  for (const request of requests) await model.respond(request, never)
  return model
}

async function refusal(replayed: Promise<unknown>): Promise<AvoError> {
  const error = await replayed.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AvoError)
  return error as AvoError
}

test('what a provider said is said again without it, and no key is written down', async () => {
  const server = await openProviderServer()
  server.mock.onToolResult('call_a', { content: 'Done.', usage: { input_tokens: 9, output_tokens: 3 } })
  server.mock.onMessage('hello', {
    reasoning: 'Let me see.',
    toolCalls: [{ id: 'call_a', name: 'read_file', arguments: { path: 'a.js' } }],
  })
  const provider = await anthropicProtocol.createModel(server.url, { apiKey: 'sk-very-secret' })
  const recorded = recordModel(provider, file)
  const first = await recorded.respond(ask('hello'), never)
  const request = answerCalls(ask('hello'), first.message)
  const second = await recorded.respond(request, never)
  await server.close()

  const replayed = await replayModel(file)
  expect(replayed).toMatchObject({
    name: recorded.name,
    contextTokens: recorded.contextTokens,
    priced: recorded.priced,
  })
  expect(await replayed.respond(ask('hello'), never)).toEqual(first)
  expect(await replayed.respond(request, never)).toEqual(second)
  const written = await readFile(file, 'utf8')
  expect(written).not.toContain('sk-very-secret')
  expect(written.match(/\n/g)).toHaveLength(2)
})

test('a model that another one took the place of in the middle is replayed with it', async () => {
  const first = await record(ask('hello'))
  const request = answerCalls(ask('hello'), { role: 'assistant', content: [{ type: 'text', text: 'a' }] })
  const successor = recordModel(
    { ...scriptedModel([{ text: 'taken over' }]), name: 'scripted/successor' },
    file,
  )
  await successor.respond(request, never)
  const replayed = await replayModel(file)
  expect(replayed.name).toBe(first.name)
  await replayed.respond(ask('hello'), never)
  expect(textOf((await replayed.respond(request, never)).message)).toBe('taken over')
})

test('nobody else may read a cassette', async () => {
  await record(ask('hello'))
  expect((await stat(file)).mode & 0o077).toBe(0)
})

test('failures are not recorded: the call is made again', async () => {
  let calls = 0
  const flaky: ModelClient = {
    ...scriptedModel([]),
    async respond() {
      calls += 1
      if (calls === 1) throw new ModelError('model-overloaded', 'not now')
      return (await record(ask('x'))).respond(ask('x'), never)
    },
  }
  const model = recordModel(flaky, join(directory, 'other.jsonl'))
  await expect(model.respond(ask('hello'), never)).rejects.toThrow('not now')
  await model.respond(ask('hello'), never)
  const replayed = await replayModel(join(directory, 'other.jsonl'))
  expect((await replayed.respond(ask('hello'), never)).end).toBe('complete')
})

describe('a request is the recorded one', () => {
  test('whatever its texts say: paths and timings are never the same twice', async () => {
    const request = converse(2)
    await record(request)
    const elsewhere = JSON.parse(JSON.stringify(request).replaceAll('result of', '/tmp/other took 3.1 s:'))
    expect(await (await replayModel(file)).respond(elsewhere, never)).toMatchObject({ costUsd: null })
  })

  test('unless a tool is missing', async () => {
    await record(ask('hello'))
    const error = await refusal((await replayModel(file)).respond({ ...ask('hello'), tools: [] }, never))
    expect(error.message).toBe(
      `${file}:1: the request is not the recorded one: it lacks the tools read_file, submit`,
    )
  })

  test('unless the conversation is longer or shorter', async () => {
    await record(converse(0), converse(1))
    const model = await replayModel(file)
    await model.respond(converse(0), never)
    const error = await refusal(model.respond(converse(2), never))
    expect(error.message).toContain(
      `${file}:2: the request is not the recorded one: the conversation has 5 messages, and had 3`,
    )
  })

  test('unless other tools were called before', async () => {
    await record(converse(1))
    const other: ModelRequest = JSON.parse(
      JSON.stringify(converse(1)).replace('"call_0","name":"read_file"', '"call_0","name":"submit"'),
    )
    const error = await refusal((await replayModel(file)).respond(other, never))
    expect(error.message).toMatch(/other tools were called/)
  })
})

test('a run that goes on is replayed from where it stopped', async () => {
  await record(converse(0), converse(1), converse(2))
  const model = await replayModel(file)
  expect(await model.respond(converse(1), never)).toMatchObject({
    message: { content: [{ type: 'text', text: 'reply 2' }] },
  })
  await model.respond(converse(2), never)
  expect((await refusal(model.respond(converse(3), never))).message).toBe(
    `${file}:4: the cassette ends here, and the run goes on`,
  )
})

describe('a cassette', () => {
  test('that has run out says so', async () => {
    await record(ask('hello'))
    const model = await replayModel(file)
    await model.respond(ask('hello'), never)
    const error = await refusal(model.respond(ask('hello'), never))
    expect(error.message).toBe(`${file}:2: the cassette ends here, and the run goes on`)
    expect(error.hint).not.toBe('')
  })

  test('whose last line was torn by a crash is good up to there', async () => {
    await record(ask('hello'))
    await appendFile(file, '{"request":{"dig')
    const model = await replayModel(file)
    await model.respond(ask('hello'), never)
    expect((await refusal(model.respond(ask('hello'), never))).message).toContain(':2: the cassette ends')
  })

  test('whose name ends in .gz is packed, and good as far as it goes', async () => {
    const plain = file
    await record(converse(0), converse(1))
    file = `${plain}.gz`
    await record(converse(0), converse(1))
    expect(gunzipSync(await readFile(file))).toEqual(await readFile(plain))
    await truncate(file, (await stat(file)).size - 20)
    const model = await replayModel(file)
    await model.respond(converse(0), never)
    expect((await refusal(model.respond(converse(1), never))).message).toContain(':2: the cassette ends')
  })

  test.each(['not JSON', '{"request":{}}', ''])('with the line %j in the middle names it', async (line) => {
    await record(ask('hello'))
    await appendFile(file, `${line}\n`)
    await record(ask('hello'))
    expect((await refusal(replayModel(file))).message).toContain(`${file}:2`)
  })

  test('that is empty or not there is refused when it is opened', async () => {
    expect((await refusal(replayModel(file))).message).toContain(file)
    await writeFile(file, '')
    expect((await refusal(replayModel(file))).message).toMatch(/empty/)
  })
})
