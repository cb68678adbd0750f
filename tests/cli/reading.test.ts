import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { openRun } from '../../src/run.ts'
import { scriptedModel } from '../scripted-model.ts'
import { makeTask } from '../task.ts'
import { avo } from './avo.ts'
import { makeFinishedTask } from './finished-task.ts'

describe('status', () => {
  test('says how a run ended, what it has, what it used and what failed last', async () => {
    const { exitCode, stdout } = await avo(['status', await makeFinishedTask()])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^state +ended: 3 attempts were made, the limit is 3$/m)
    expect(stdout).toMatch(/^best +v1, 2, \+100% over the seed: double it$/m)
    expect(stdout).toMatch(/^attempts +3, 1 accepted, 2 since the last version$/m)
    expect(stdout).toMatch(/^tokens +3,300 in 3 turns$/m)
    expect(stdout).toMatch(/^cost +\$0\.75$/m)
    expect(stdout).toMatch(/^rate +[\d,.]+ attempts and [\d,.]+ versions an hour$/m)
    expect(stdout).toMatch(
      /^disk +\.avo [\d.]+ [kM]B \(journal [\d.]+ kB, .*\); the lineage's git [\d.]+ kB/m,
    )
    expect(stdout).toMatch(/^max_attempts +3 of 3 +100% *$/m)
    expect(stdout).not.toMatch(/^now /m)
    expect(stdout).toMatch(/^attempt 2 +-25\.0% against v1/m)
    expect(stdout).toMatch(/^attempt 3 +.*not a number: rubbish$/m)
  })

  test('names the last page of insights and what it says first', async () => {
    const { stdout } = await avo(['status', await makeFinishedTask('insights_every: 3\n')])
    expect(stdout).toMatch(
      /^insights +of 3 attempts: Gained in the last 3 attempts, the most promising first: .* \(.*\.avo\/insights\/0001\.md\)$/m,
    )
  })

  test('as JSON', async () => {
    const { stdout } = await avo(['status', '--json', await makeFinishedTask()])
    expect(JSON.parse(stdout)).toMatchObject({
      running: false,
      pid: null,
      ended: { kind: 'max-attempts' },
      best: { number: 1, summary: 'double it\n\nTwice as much is better.' },
      gainOverSeed: expect.closeTo(1),
      versions: 2,
      attempts: 3,
      now: null,
      endsAt: null,
      caps: expect.arrayContaining([{ key: 'max_attempts', used: 3, limit: 3, leftMs: 0 }]),
      rate: { attemptsPerHour: expect.any(Number), versionsPerHour: expect.any(Number) },
      disk: { records: expect.any(Number), loose: { refs: 3 } },
      costUsd: 0.75,
      usage: { inputTokens: 3_000, outputTokens: 300 },
      lastFailures: [{ number: 2 }, { number: 3 }],
    })
  })
})

describe('log', () => {
  test('is a table with a row for each version', async () => {
    const { exitCode, stdout } = await avo(['-C', await makeFinishedTask(), 'log'])
    const [header, seed, first, ...rest] = stdout.trimEnd().split('\n')
    expect(exitCode).toBe(0)
    for (const title of ['version', 'gain', 'score', 'cost', 'when', 'what changed', 'a', 'b'])
      expect(header?.split(/ {2,}/)).toContain(title)
    expect(seed).toMatch(/^v0 .* seed .*/)
    expect(first).toMatch(/^v1 +\+100% +\+100% +2 +\$0\.25 .* double it +2 +2$/)
    expect(rest).toEqual([
      '',
      'v1 is +100% against the seed, measured directly in 1 round; the steps multiply to +100%',
    ])
  })

  test('as JSON', async () => {
    const { stdout } = await avo(['log', '--json', await makeFinishedTask()])
    expect(JSON.parse(stdout)).toMatchObject([
      { number: 0, gain: 0, attempt: 0 },
      { number: 1, gain: expect.closeTo(1), attempt: 1, commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
    ])
  })
})

describe('log --supervisor', () => {
  test('shows each intervention with its sign, its directions, and what came of it', async () => {
    const task = await makeTask()
    const run = await openRun(
      await readConfig(task, [
        { key: 'max_attempts', value: '3' },
        { key: 'supervisor.max_failed_attempts', value: '1' },
        { key: 'supervisor.redirect_with_llm', value: 'false' },
      ]),
      {
        model: scriptedModel((_request, call) => ({
          calls: [
            ['write_file', { path: 'value.txt', content: String(call === 2 ? 2 : 1 / (call + 1)) }],
            ['submit', { summary: 'another number' }],
          ],
        })),
      },
    )
    await run.start(new AbortController().signal)
    run.close()
    const { stdout } = await avo(['log', '--supervisor', task])
    expect(stdout).toMatch(/^after attempt 1 {2}failing: 1 attempt in a row brought no version$/m)
    expect(stdout).toMatch(/^ {2}3 directions: 2 attempts \(2, 3\), v1, \+100%$/m)
    expect(stdout).toMatch(/^ {5}1 attempt \(2\), v1, \+100%$/m)
    expect(stdout.trimEnd()).toMatch(
      /1 intervention, 1 of them brought versions\. With a direction: 1 version in 1 attempt; without one: 0 in 2\.$/,
    )
    const { stdout: json } = await avo(['log', '--supervisor', '--json', task])
    expect(JSON.parse(json)).toMatchObject([{ kind: 'failing', step: 'redirect', versions: [1] }])
  })

  test('says so where there was none', async () => {
    const { stdout } = await avo(['log', '--supervisor', await makeFinishedTask()])
    expect(stdout).toBe('The supervisor has not stepped in.\n')
  })
})

describe('show', () => {
  test.for(['v1', '1'])('%s is message, scores against the parent, and diff', async (name) => {
    const { exitCode, stdout } = await avo(['show', name], { cwd: await makeFinishedTask() })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('double it\n\nTwice as much is better.')
    expect(stdout).toMatch(/^configuration +score +v0 +gain$/m)
    expect(stdout).toMatch(/^geometric mean +2 +1 +\+100%$/m)
    expect(stdout).toMatch(/^-1\n\+2$/m)
  })

  test('as JSON, and the seed, which has no parent', async () => {
    const cwd = await makeFinishedTask()
    const [first, seed] = await Promise.all([
      avo(['show', 'v1', '--json'], { cwd }),
      avo(['show', 'v0', '--json'], { cwd }),
    ])
    expect(JSON.parse(first.stdout)).toMatchObject({
      number: 1,
      attempt: 1,
      diff: expect.stringContaining('+2\n'),
    })
    expect(JSON.parse(seed.stdout)).toMatchObject({ number: 0, summary: 'seed', diff: '' })
  })

  test.for([
    ['v99', 'there is no v99', 'The newest version is v1'],
    ['newest', 'it takes a version such as v3', ''],
  ] as const)('of %s is refused', async ([name, message, hint]) => {
    const { exitCode, stdout, stderr } = await avo(['show', name], { cwd: await makeFinishedTask() })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toContain(hint)
  })
})

test('before a run there is nothing to read, and reading makes nothing', async () => {
  const cwd = await makeTask()
  const [status, log, json, show] = await Promise.all(
    [['status'], ['log'], ['log', '--json'], ['show', 'v0']].map((args) => avo(args, { cwd })),
  )
  expect(status).toMatchObject({ exitCode: 0, stdout: 'Not started yet: avo run starts it.\n' })
  expect(log).toMatchObject({ exitCode: 0, stdout: 'There are no versions yet.\n' })
  expect(json).toMatchObject({ exitCode: 0, stdout: '[]\n' })
  expect(show).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('avo run') })
  expect(await readdir(join(cwd))).toEqual(['avo.yaml', 'scorer', 'seed'])
})
