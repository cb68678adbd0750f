import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Override, readConfig } from '../src/config/config.ts'
import type { RecordedEvent } from '../src/events.ts'
import type { RunState } from '../src/journal.ts'
import { type ModelRequest, textOf } from '../src/model/model.ts'
import { openRun } from '../src/run.ts'
import type { StopReason } from '../src/stop.ts'
import { type ScriptedReply, scriptedModel, toReply } from './scripted-model.ts'
import { makeTask, NUMBER_TASK } from './task.ts'

const never = new AbortController().signal

/** An attempt in three turns that puts a text into the solution. */
function attempt(value: string): readonly ScriptedReply[] {
  return [
    { calls: [['write_file', { path: 'value.txt', content: value }]] },
    { calls: [['evaluate', {}]] },
    { calls: [['submit', { summary: `try ${value}` }]] },
  ]
}

async function play(
  directory: string,
  script: Parameters<typeof scriptedModel>[0],
  overrides: readonly Override[] = [],
): Promise<{
  reason: StopReason
  state: RunState
  events: RecordedEvent[]
  requests: readonly ModelRequest[]
}> {
  const model = scriptedModel(script)
  const run = await openRun(await readConfig(directory, overrides), { model })
  const events: RecordedEvent[] = []
  run.journal.subscribe((event) => events.push(event))
  try {
    const reason = await run.start(never)
    return { reason, state: run.journal.state, events, requests: model.requests }
  } finally {
    run.close()
  }
}

const git = (directory: string, ...args: string[]): string =>
  execFileSync('git', ['-C', join(directory, 'workspace'), ...args], { encoding: 'utf8' }).trim()

test('a run commits what is better and rejects what is not, with the reason for the agent', async () => {
  const directory = await makeTask()
  const { reason, state, requests } = await play(directory, [
    ...attempt('2'),
    ...attempt('1.5'),
    ...attempt('rubbish'),
  ])

  expect(reason.kind).toBe('max-attempts')
  expect(state.versions.map(({ number, score }) => [number, score.value])).toEqual([
    [0, 1],
    [1, 2],
  ])
  expect(state.versions[1]?.gain).toBeCloseTo(1)
  expect(state.ledger.map(({ outcome }) => outcome)).toEqual(['accepted', 'rejected', 'rejected'])
  expect(git(directory, 'log', '--format=%s')).toBe('v1: try 2 (+100%)\nv0: seed')
  expect(git(directory, 'tag')).toBe('avo/v0\navo/v1')
  expect(git(directory, 'for-each-ref', '--format=%(refname)', 'refs/avo/attempts').split('\n')).toHaveLength(
    3,
  )

  const evaluated = requests[2]?.messages.at(-1)?.content[0]
  expect(evaluated).toMatchObject({ text: expect.stringContaining('Correct: 2 against 1 of v0, +100%') })
  const thirdBriefing = textOf(requests[6]?.messages.at(-1) ?? { role: 'user', content: [] })
  expect(thirdBriefing).toContain('# Attempt 3')
  expect(thirdBriefing).toContain('Correct: 1.5 against 2 of v1, -25.0%')
})

test('the system text is the same in every request, and the conversation only grows', async () => {
  const { requests } = await play(await makeTask(), [...attempt('2'), ...attempt('3'), ...attempt('4')])
  expect(new Set(requests.map(({ system }) => system)).size).toBe(1)
  for (const [index, { messages }] of requests.entries()) {
    const before = requests[index - 1]?.messages ?? []
    expect(messages.slice(0, before.length)).toEqual(before)
  }
})

test('a document that came during an attempt is announced once, and in no briefing after it', async () => {
  const directory = await makeTask()
  const replies = [...attempt('2'), ...attempt('3'), ...attempt('4')]
  const { requests } = await play(directory, (_request, call) => {
    if (call === 2) {
      mkdirSync(join(directory, 'knowledge-base'), { recursive: true })
      writeFileSync(join(directory, 'knowledge-base/late.md'), '# Late\n')
    }
    return replies[call - 1] ?? {}
  })
  const texts = (requests.at(-1)?.messages ?? []).map(textOf)
  expect(texts.filter((text) => text.startsWith('# Attempt'))).toHaveLength(3)
  expect(texts.join('\n').match(/^.*“Late”.*$/gm)).toEqual(['- added: knowledge-base/late.md — “Late”'])
})

test('a seed that can not be scored stops the run with what the scorer printed', async () => {
  const directory = await makeTask({
    ...NUMBER_TASK,
    'scorer/score.sh': 'echo the compiler is missing >&2; exit 1',
  })
  await expect(play(directory, [])).rejects.toMatchObject({
    code: 'scorer',
    message: expect.stringContaining('the compiler is missing'),
  })
})

describe('a second run', () => {
  test('goes on where the first stopped, with its conversation, and does nothing when its cap is reached', async () => {
    const directory = await makeTask()
    const attempts = [{ key: 'max_attempts', value: '1' }]
    await play(directory, attempt('2'), attempts)
    const again = await play(directory, [], attempts)
    expect(again.requests).toHaveLength(0)
    expect(again.reason.kind).toBe('max-attempts')

    const further = await play(directory, attempt('3'), [{ key: 'max_attempts', value: '2' }])
    expect(further.state.versions.map(({ number }) => number)).toEqual([0, 1, 2])
    expect(textOf(further.requests[0]?.messages[0] ?? { role: 'user', content: [] })).toContain('# Attempt 1')
    expect(git(directory, 'rev-list', '--count', 'HEAD')).toBe('3')
  })

  test('goes on in the middle of an attempt after a cap on tokens', async () => {
    const directory = await makeTask()
    const costly = attempt('2').map((reply) => ({ ...reply, usage: { inputTokens: 100 } }))
    const first = await play(directory, costly, [{ key: 'max_tokens', value: '150' }])
    expect(first.reason.kind).toBe('max-tokens')
    expect(first.state.attempt).toMatchObject({ number: 1, turns: 2 })

    const second = await play(directory, costly.slice(2), [
      { key: 'max_tokens', value: '1000' },
      { key: 'max_attempts', value: '1' },
    ])
    expect(second.state.versions).toHaveLength(2)
    expect(second.state.usage.inputTokens).toBe(300)
  })

  test('measures the best version and the seed again when the person has changed the scorer', async () => {
    const directory = await makeTask()
    await play(directory, [...attempt('2'), ...attempt('1.9')], [{ key: 'max_attempts', value: '2' }])
    const inverted =
      NUMBER_TASK['scorer/score.sh']?.replace(
        '  *) printf',
        '  *) value=$(awk "BEGIN {print 10 / $value}"); printf',
      ) ?? ''
    await writeFile(join(directory, 'scorer/score.sh'), inverted)
    const { events, state } = await play(directory, attempt('1.9'), [
      { key: 'max_attempts', value: '3' },
      { key: 'gate.veto', value: 'off' },
    ])
    const remeasured = events.flatMap((event) => (event.type === 'version.remeasured' ? [event.number] : []))
    expect(remeasured).toEqual([1, 0])
    // What the old scorer rejected is welcome to the new one.
    expect(state.ledger.map(({ outcome }) => outcome)).toEqual(['accepted', 'rejected', 'accepted'])
    expect(state.versions.map(({ score }) => Math.round(score.value * 100) / 100)).toEqual([10, 5, 5.26])
  })

  test('that can not start leaves the journal alone: the pause before it is not running time', async () => {
    const directory = await makeTask()
    await play(directory, attempt('2'), [{ key: 'max_attempts', value: '1' }])
    const events = join(directory, '.avo/events.jsonl')
    const before = await readFile(events, 'utf8')
    const run = await openRun(await readConfig(directory, [{ key: 'llm.provider', value: 'custom' }]))
    await expect(run.start(never)).rejects.toMatchObject({ code: 'config' })
    run.close()
    expect(await readFile(events, 'utf8')).toBe(before)
  })
})

test('the supervisor is asked after failed attempts, and its directions are in the next briefing', async () => {
  const directory = await makeTask()
  let reviews = 0
  let attempts = 0
  const { requests, state } = await play(
    directory,
    (request) => {
      if (request.tools.length === 0) {
        reviews += 1
        return {
          text: 'Sure: {"directions": ["Use a larger number."]}',
          usage: { outputTokens: 7 },
          costUsd: 0.5,
        }
      }
      attempts += 1
      const value = String(1 / (attempts + 1))
      return {
        calls: [
          ['write_file', { path: 'value.txt', content: value }],
          ['submit', { summary: `try ${value}` }],
        ],
      }
    },
    [
      { key: 'max_attempts', value: '4' },
      { key: 'supervisor.max_failed_attempts', value: '3' },
      { key: 'llm', value: '{provider: custom, model: scripted}' },
    ],
  )
  expect(reviews).toBe(1)
  expect(textOf(requests.at(-1)?.messages.at(-1) ?? { role: 'user', content: [] })).toContain(
    'Use a larger number.',
  )
  expect(state.usage.outputTokens).toBe(7)
  expect(state.costUsd).toBe(0.5)
})

test('a cap on money needs a known price, or a cap on tokens', async () => {
  const directory = await makeTask()
  const config = await readConfig(directory, [{ key: 'max_cost_usd', value: '1' }])
  const model = { ...scriptedModel([]), priced: false }
  const run = await openRun(config, { model })
  await expect(run.start(never)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining('price'),
  })
  run.close()
})

test('an abort ends the run as interrupted, and the workspace keeps what the agent did', async () => {
  const directory = await makeTask()
  const controller = new AbortController()
  const model = scriptedModel((_request, call) => {
    if (call === 2) controller.abort()
    return attempt('2')[call - 1] ?? {}
  })
  const run = await openRun(await readConfig(directory), { model })
  expect((await run.start(controller.signal)).kind).toBe('interrupted')
  run.close()
  expect(await readFile(join(directory, 'workspace/value.txt'), 'utf8')).toBe('2')
  const { state } = await play(directory, attempt('2').slice(1), [{ key: 'max_attempts', value: '1' }])
  expect(state.versions).toHaveLength(2)
})

test('an abort ends the run also where the model takes no notice of it', async () => {
  const controller = new AbortController()
  let calls = 0
  const deaf = {
    ...scriptedModel([]),
    async respond() {
      calls += 1
      if (calls === 2) controller.abort()
      return toReply({ calls: [['list_files', {}]] }, calls)
    },
  }
  const run = await openRun(await readConfig(await makeTask()), { model: deaf })
  expect((await run.start(controller.signal)).kind).toBe('interrupted')
  run.close()
  expect(calls).toBe(2)
})

test('without git, versions are kept as files', async () => {
  const directory = await makeTask()
  const { state } = await play(
    directory,
    [...attempt('2'), ...attempt('3')],
    [
      { key: 'git_persist', value: 'false' },
      { key: 'max_attempts', value: '2' },
    ],
  )
  expect(state.versions).toHaveLength(3)
  expect(() => git(directory, 'rev-parse', '--show-toplevel')).toThrow()
})
