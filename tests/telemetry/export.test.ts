import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { childEnvironment } from '../../src/sandbox/child-environment.ts'
import { openJournal } from '../../src/storage/journal-file.ts'
import { avo, startAvo } from '../cli/avo.ts'
import { servedConfig } from '../cli/served-config.ts'
import { playAgent, REPLY_USAGE } from '../played-agent.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { findClosedPort, type Manner, type ReceivedSpan, startCollector } from './collector.ts'

/** Words of the agent, which no collector may hear. */
const SECRET_WORDS = 'the agent says'

let mock: LLMock
beforeAll(async () => {
  mock = await LLMock.create({ port: 0 })
  mock.on(
    {},
    playAgent((attempt) => (attempt === 1 ? '2' : `1.5`)),
  )
})
afterAll(() => mock.stop())

const makeServedTask = (keys: Readonly<Record<string, unknown>> = {}): Promise<string> =>
  makeTask({
    ...NUMBER_TASK,
    'scorer/score.sh': `echo "${SECRET_WORDS}" >&2\n${NUMBER_TASK['scorer/score.sh']}`,
    'avo.yaml': servedConfig(mock, { brief: SECRET_WORDS, max_attempts: 2, ...keys }),
  })

const named = (spans: readonly ReceivedSpan[], name: string): readonly ReceivedSpan[] =>
  spans.filter((span) => span.name === name)

describe('a run with a collector', () => {
  test('is a trace: the session, its attempts, in them calls of the model, tools and the gate', async () => {
    const collector = await startCollector()
    const { exitCode, stderr } = await avo(['run', await makeServedTask()], {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
    })
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('telemetry')])
    const { spans } = collector
    const byId = new Map(spans.map((span) => [span.spanId, span]))
    const parentOf = (span: ReceivedSpan | undefined): string | undefined =>
      byId.get(span?.parentSpanId ?? '')?.name
    const [session] = named(spans, 'avo.run')
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1)
    expect(session).toMatchObject({
      attributes: { 'avo.project': 'number', 'avo.resumed': false, 'avo.stop': 'max-attempts' },
    })
    expect(session?.parentSpanId).toBeUndefined()
    expect(session?.attributes['avo.run.id']).toMatch(/^number@\d{4}-.*Z$/)

    const attempts = named(spans, 'avo.attempt')
    expect(attempts.map(({ attributes }) => attributes)).toMatchObject([
      { 'avo.attempt': 1, 'avo.outcome': 'accepted', 'avo.version': 1, 'avo.gain': expect.closeTo(1) },
      { 'avo.attempt': 2, 'avo.outcome': 'rejected' },
    ])
    for (const span of attempts) expect(parentOf(span)).toBe('avo.run')
    const chats = named(spans, 'chat played')
    expect(chats).toHaveLength(4)
    expect(chats[0]).toMatchObject({
      kind: 3,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'custom',
        'gen_ai.request.model': 'played',
        'gen_ai.response.model': 'played',
        'gen_ai.usage.input_tokens': REPLY_USAGE.input_tokens,
        'gen_ai.usage.output_tokens': REPLY_USAGE.output_tokens,
        'gen_ai.usage.cache_read.input_tokens': 0,
        'gen_ai.response.finish_reasons': ['tool_call'],
      },
    })
    for (const span of chats) expect(parentOf(span)).toBe('avo.attempt')
    const [evaluate] = named(spans, 'execute_tool evaluate')
    expect(evaluate?.attributes).toMatchObject({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'evaluate',
    })
    const evaluations = named(spans, 'avo.evaluate')
    expect(evaluations.map(parentOf)).toContain('execute_tool evaluate')
    expect(evaluations[0]?.attributes).toMatchObject({ 'avo.correct': true, 'avo.score': 1 })
    const [gate] = named(spans, 'avo.gate')
    expect(gate?.attributes).toMatchObject({ 'avo.outcome': 'better' })
    expect(parentOf(gate)).toBe('avo.attempt')
    expect(parentOf(named(spans, 'avo.round')[0])).toBe('avo.gate')
    for (const { startTimeUnixNano, endTimeUnixNano } of spans)
      expect(endTimeUnixNano).toBeGreaterThanOrEqual(startTimeUnixNano)
  })

  test('sends metrics, with names, headers and attributes of the resource as the person has set them', async () => {
    const collector = await startCollector()
    await avo(['run', await makeServedTask()], {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20sesame',
        OTEL_SERVICE_NAME: 'nightly',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=lab',
      },
    })
    for (const { headers } of collector.requests) expect(headers.authorization).toBe('Bearer sesame')
    expect(collector.resource).toMatchObject({
      'service.name': 'nightly',
      'service.version': expect.any(String),
      'deployment.environment': 'lab',
    })
    const metric = (name: string) => collector.metrics.find((one) => one.name === name)
    expect(metric('avo.best_score')?.gauge?.dataPoints).toMatchObject([
      { asDouble: 2, attributes: { 'avo.project': 'number' } },
    ])
    expect(metric('avo.versions')?.sum).toMatchObject({ isMonotonic: true, dataPoints: [{ asDouble: 1 }] })
    expect(
      metric('avo.attempts')?.sum?.dataPoints.map(({ attributes, asDouble }) => [
        attributes['avo.outcome'],
        asDouble,
      ]),
    ).toEqual([
      ['accepted', 1],
      ['rejected', 1],
      ['abandoned', 0],
      ['indecisive', 0],
    ])
    expect(metric('avo.cost')?.sum?.dataPoints[0]?.asDouble).toBeCloseTo(0.00048)
    const usage = metric('gen_ai.client.token.usage')
    expect(usage?.unit).toBe('{token}')
    expect(usage?.histogram?.dataPoints).toMatchObject([
      { count: 4, sum: 400, attributes: { 'gen_ai.token.type': 'input', 'gen_ai.request.model': 'played' } },
      { count: 4, sum: 40, attributes: { 'gen_ai.token.type': 'output' } },
    ])
    expect(usage?.histogram?.dataPoints[0]?.explicitBounds?.at(-1)).toBe(67_108_864)
    expect(metric('gen_ai.client.operation.duration')).toMatchObject({
      unit: 's',
      histogram: { dataPoints: [{ count: 4 }] },
    })
  })

  test('tells nobody what was said, read or written', async () => {
    const collector = await startCollector()
    await avo(['run', await makeServedTask({ max_attempts: 1 })], {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, PLAYED_KEY: 'sk-played-0123456789' },
    })
    const sent = collector.bodies.join('\n')
    expect(sent).toContain('avo.attempt')
    for (const words of [SECRET_WORDS, 'value.txt', 'sk-played', 'attempt 1'])
      expect(sent).not.toContain(words)
  })

  test('that goes on later is another trace of the same run, and goes on counting', async () => {
    const collector = await startCollector()
    const task = await makeServedTask({ max_attempts: 1 })
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint }
    await avo(['run', task], { env })
    await avo(['run', task, '--max-attempts', '2'], { env })
    const sessions = named(collector.spans, 'avo.run')
    expect(new Set(sessions.map(({ traceId }) => traceId)).size).toBe(2)
    expect(new Set(sessions.map(({ attributes }) => attributes['avo.run.id'])).size).toBe(1)
    expect(sessions[1]?.attributes['avo.resumed']).toBe(true)
    const attempts = collector.metrics.find(({ name }) => name === 'avo.attempts')?.sum?.dataPoints
    expect(attempts?.reduce((sum, { asDouble = 0 }) => sum + asDouble, 0)).toBe(2)
  })

  test('that is killed leaves an attempt behind that goes on in the next trace', async () => {
    const collector = await startCollector()
    const task = await makeServedTask({ max_attempts: 1 })
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint }
    const { ended } = startAvo(['run', task, '--json'], {
      env,
      onLine: (line, child) => void (line.includes('"tool.called"') && child.kill('SIGKILL')),
    })
    await ended
    expect((await avo(['run', task], { env })).exitCode).toBe(0)
    expect(named(collector.spans, 'avo.attempt').at(-1)?.attributes).toMatchObject({
      'avo.attempt': 1,
      'avo.continued': true,
      'avo.outcome': 'accepted',
    })
  })

  test('sends the one signal alone whose address is given', async () => {
    const collector = await startCollector()
    await avo(['run', await makeServedTask({ max_attempts: 1 })], {
      env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.endpoint}/v1/traces` },
    })
    expect(new Set(collector.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces']))
  })
})

describe('a collector that fails', () => {
  test.for<Manner>(['refuses', 'hangs', 'trickles'])(
    'because it %s changes nothing about the run',
    async (manner) => {
      const collector = await startCollector(manner)
      const task = await makeServedTask()
      const { exitCode, stdout } = await avo(['run', task], {
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
      })
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^v1 +\+100% /m)
      expect(collector.requests.length).toBeGreaterThan(0)
    },
  )

  test('because nobody is there is told once, and changes nothing about the run', async () => {
    const task = await makeServedTask()
    const { exitCode, stderr } = await avo(['run', task], {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: await findClosedPort(), OTEL_METRIC_EXPORT_INTERVAL: '50' },
    })
    expect(exitCode).toBe(0)
    expect(stderr.match(/telemetry can't be sent: .*ECONNREFUSED/g)).toHaveLength(1)
    const { state } = await openJournal(join(task, '.avo/events.jsonl'), { readOnly: true })
    expect(state.ended?.kind).toBe('max-attempts')
  })

  test('does not keep a run that is stopped', async () => {
    const collector = await startCollector('hangs')
    const { ended } = startAvo(['run', await makeServedTask({ max_attempts: 1_000 }), '--json'], {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
      onLine: (line, child) => void (line.includes('"attempt":3') && child.kill('SIGINT')),
    })
    const patience = new AbortController()
    const late = delay(30_000, 'late', { signal: patience.signal }).catch(() => 'over')
    expect(await Promise.race([ended.then(({ exitCode }) => exitCode), late])).toBe(130)
    patience.abort()
  })
})

describe('nothing is sent', () => {
  test.for([
    ['where no address is given', {}],
    ['where the SDK is disabled', { OTEL_SDK_DISABLED: 'true' }],
    ['where no exporter is wanted', { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }],
  ] as const)('%s', async ([name, settings]) => {
    const collector = await startCollector()
    const address =
      name === 'where no address is given' ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint }
    const { exitCode } = await avo(['run', await makeServedTask({ max_attempts: 1 })], {
      env: { ...address, ...settings },
    })
    expect([exitCode, collector.requests]).toEqual([0, []])
  })

  test('over gRPC, which is said', async () => {
    const collector = await startCollector()
    const { exitCode, stderr } = await avo(['run', await makeServedTask({ max_attempts: 1 })], {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    })
    expect([exitCode, collector.requests]).toEqual([0, []])
    expect(stderr).toContain('OTEL_EXPORTER_OTLP_PROTOCOL is grpc')
  })
})

test('neither the scorer nor the shell of the agent has the headers', async () => {
  const task = await makeTask({
    ...NUMBER_TASK,
    'scorer/score.sh': 'env >&2; exit 1\n',
    'avo.yaml': servedConfig(mock, {}),
  })
  const { exitCode, stdout } = await avo(['eval', task], {
    env: {
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20sesame',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'authorization=Bearer%20sesame',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:sesame@127.0.0.1:9',
    },
  })
  expect([exitCode, stdout]).toEqual([3, expect.stringContaining('PATH=')])
  expect(stdout).not.toMatch(/OTEL|sesame/)
  expect(
    childEnvironment({}, { PATH: '/bin', OTEL_EXPORTER_OTLP_HEADERS: 'x', OTEL_SERVICE_NAME: 'x' }),
  ).toEqual({
    PATH: '/bin',
  })
})
