import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { playAgent } from '../played-agent.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo, startAvo } from './avo.ts'
import { servedConfig } from './served-config.ts'

let mock: LLMock
beforeAll(async () => {
  mock = await LLMock.create({ port: 0 })
  mock.on(
    {},
    playAgent((attempt) => (attempt === 1 ? '2' : '1.5')),
  )
})
afterAll(() => mock.stop())

/** The agent's first attempt is better than the seed, its second is not. */
const makeServedTask = (): Promise<string> =>
  makeTask({ ...NUMBER_TASK, 'avo.yaml': servedConfig(mock, { max_attempts: 2 }) })

describe('what a run prints', () => {
  test('where nobody looks on: a plain line for each event on standard error, the lineage on standard output', async () => {
    const { exitCode, stdout, stderr } = await avo(['run', await makeServedTask()], {
      env: { FORCE_COLOR: '1' },
    })
    expect(exitCode).toBe(0)
    const lines = stderr.trimEnd().split('\n')
    for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d /)
    expect(lines.map((line) => line.slice(9).replace(/ \([\d.]+ s\)$/, ''))).toEqual([
      'starting number with custom/played',
      '  measured: 1',
      'v0 1: the seed',
      'the scorer gives the same score every time: one run decides',
      'attempt 1',
      '  evaluated: 2',
      '  submitted: attempt 1',
      'v1 2: +100%, attempt 1',
      'attempt 2',
      '  evaluated: 1.5',
      '  submitted: attempt 2',
      '  rejected: -25.0% against v1: not better',
      'v1 is +100% against the seed, measured directly in 1 round; the steps multiply to +100%',
      'ended: 2 attempts were made, the limit is 2; $0.00048 spent',
    ])
    expect(stdout).toMatch(/^v1 +\+100% /m)
    expect(stdout).toMatch(/^The lineage: git -C \S+\/workspace log$/m)
    expect(stdout + stderr).not.toContain('\u001b')
  })

  test('with --json: every event as it is recorded, and nothing else', async () => {
    const directory = await makeServedTask()
    const { exitCode, stdout, stderr } = await avo(['run', directory, '--json'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toBe(await readFile(join(directory, '.avo/events.jsonl'), 'utf8'))
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line): string => JSON.parse(line).type)
    expect([types[0], types.at(-1)]).toEqual(['run.started', 'run.ended'])
  })

  test('with --quiet: the result, and warnings', async () => {
    const llm = { provider: 'custom', model: 'played', base_url: `${mock.url}/v1` }
    const unpriced = { ...NUMBER_TASK, 'avo.yaml': servedConfig(mock, { llm, max_attempts: 1 }) }
    const [quiet, warned] = await Promise.all([
      avo(['run', await makeServedTask(), '--quiet']),
      avo(['run', await makeTask(unpriced), '--quiet']),
    ])
    expect(quiet).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringMatching(/^v1 /m) })
    expect(warned.stderr).toMatch(/^\S+ the price of custom\/played is unknown.*\n$/)
  })

  test('to a reader that leaves is lost, and the run goes on', async () => {
    const directory = await makeServedTask()
    const { exitCode } = await avo(['run', directory, '--json'], {
      onLine: (_line, child) => child.stdout?.destroy(),
    })
    expect(exitCode).toBe(0)
    const { stdout } = await avo(['status', directory])
    expect(stdout).toMatch(/^state +ended: 2 attempts/m)
  })
})

test('the same command again does nothing more; with a higher limit it goes on', async () => {
  const directory = await makeServedTask()
  await avo(['run', directory])
  const again = await avo(['run', directory])
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^v1 /m) })
  expect(again.stderr).not.toContain('attempt 3')
  const further = await avo(['run', directory, '--max-attempts', '3'])
  expect(further.stderr).toContain('attempt 3')
})

test('a recorded run is replayed without its provider', async () => {
  const [first, second] = await Promise.all([makeServedTask(), makeServedTask()])
  const recorded = await avo(['-C', first, 'run', '--record', 'cassette.jsonl'])
  const before = mock.getRequests().length
  const replayed = await avo([
    'run',
    second,
    '--replay',
    join(first, 'cassette.jsonl'),
    '--set',
    'llm.base_url=http://127.0.0.1:9/v1',
  ])
  expect([recorded.exitCode, replayed.exitCode]).toEqual([0, 0])
  expect(replayed.stdout).toMatch(/^v1 +\+100% /m)
  expect(mock.getRequests()).toHaveLength(before)
})

test('a recorded run is replayed in parts', async () => {
  const [first, second] = await Promise.all([makeServedTask(), makeServedTask()])
  const cassette = join(first, 'cassette.jsonl')
  await avo(['run', first, '--record', cassette])
  await avo(['run', second, '--replay', cassette, '--max-attempts', '1'])
  const { exitCode, stderr } = await avo(['run', second, '--replay', cassette])
  expect(exitCode).toBe(0)
  expect(stderr).toContain('attempt 2')
  const versions = async (directory: string): Promise<string> =>
    (await avo(['log', directory, '--json'])).stdout.replaceAll(/"(commit|committedAt)": ".*"/g, '')
  expect(await versions(second)).toBe(await versions(first))
})

test('a run that is stopped before the seed is scored names no lineage', async () => {
  const directory = await makeTask({ ...NUMBER_TASK, 'scorer/score.sh': 'exec sleep 600' })
  const { child, ended } = startAvo(['run', directory])
  child.stderr?.once('data', () => child.kill('SIGINT'))
  const { exitCode, stdout } = await ended
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: 'There are no versions yet.\n' })
})

describe('overrides', () => {
  test.for([
    [['--set', 'llm.effort=hgih'], '--set llm.effort: "hgih" is wrong', 'did you mean high?'],
    [['--set', 'llm.efort=high'], '--set llm.efort', 'did you mean effort?'],
    [
      ['--set', 'scorer.timeout_seconds=soon'],
      '--set scorer.timeout_seconds: "soon" is wrong',
      'a number above 0',
    ],
    [['--set', 'max_versions'], '--set', 'key=value'],
    [['--max-attempts', '0'], 'max_attempts: 0 is wrong', 'a whole number of at least 1'],
    [['--max-wall-time', 'long'], '--max-wall-time', '90m, 8h or 2d'],
    [['--provider', 'claude'], 'llm.provider: "claude" is wrong', 'anthropic'],
  ] as const)('%j is refused with its key and what it takes', async ([args, key, expected]) => {
    const { exitCode, stdout, stderr } = await avo(['run', ...args], { cwd: await makeTask() })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(key)
    expect(stderr).toContain(expected)
  })

  test('count as if they stood in the file, the last one most', async () => {
    const limits = [
      '--max-wall-time',
      '90m',
      '--max-tokens',
      '1',
      '--set',
      'max_tokens=150',
      '--set',
      'project_name=two words',
    ]
    const { exitCode, stderr } = await avo(['run', await makeServedTask(), ...limits])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('starting two words')
    expect(stderr).toMatch(/0 tokens were used, the next step may take \d+ more, the limit is 150/)
  })
})

describe('exit status', () => {
  test('3 where the seed can not be scored, with what the scorer printed', async () => {
    const directory = await makeTask({
      ...NUMBER_TASK,
      'scorer/score.sh': 'echo the compiler is missing >&2; exit 1',
    })
    const { exitCode, stderr } = await avo(['run', directory])
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/^error: the seed can't be scored: .*\nthe compiler is missing\nhint: /m)
  })

  test('4 where a key is missing, with its variable; the run can begin later', async () => {
    const directory = await makeTask()
    const { exitCode, stderr } = await avo(['run', directory, '--provider', 'anthropic'])
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/^error: .*ANTHROPIC_API_KEY.*\nhint: Set ANTHROPIC_API_KEY/m)
    expect(await avo(['run', directory, '--max-attempts', '1'])).toMatchObject({ exitCode: 0 })
  })

  test('5 where the workspace is not to be had', async () => {
    const directory = await makeTask({ ...NUMBER_TASK, 'workspace/mine.txt': 'mine' })
    const { exitCode, stderr } = await avo(['run', directory])
    expect(exitCode).toBe(5)
    expect(stderr).toMatch(/^error: .*it holds files already\nhint: /m)
    expect(await readFile(join(directory, 'workspace/mine.txt'), 'utf8')).toBe('mine')
  })
})
