import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo } from './avo.ts'
import { makeFinishedTask } from './finished-task.ts'

test('scores the seed where nothing was run, and records nothing', async () => {
  const directory = await makeTask()
  const { exitCode, stdout } = await avo(['eval', directory])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^seed, scored in /)
  expect(stdout).toMatch(/^geometric mean +1$/m)
  expect(await readdir(directory)).not.toContain('workspace')
  expect((await avo(['status', directory])).stdout).toContain('Not started yet')
})

test('scores the workspace where there is one: here the last attempt, which is broken', async () => {
  const { exitCode, stdout } = await avo(['eval', await makeFinishedTask()])
  expect(exitCode).toBe(3)
  expect(stdout).toMatch(/^workspace, scored in .*: incorrect$/m)
  expect(stdout).toContain('not a number: rubbish')
})

test('takes what came on standard output with a warning', async () => {
  const script = `echo '{"correct": true, "scores": {"a": 3}}'`
  const { exitCode, stdout } = await avo([
    'eval',
    await makeTask({ ...NUMBER_TASK, 'scorer/score.sh': script }),
  ])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^a +3$/m)
  expect(stdout).toContain('warning: the result came from the last line of stdout')
})

describe('a candidate that is named', () => {
  test('is scored, a directory relative to where the command works', async () => {
    const directory = await makeTask()
    await mkdir(join(directory, 'mine'))
    await writeFile(join(directory, 'mine/value.txt'), '7')
    const { exitCode, stdout } = await avo(['-C', directory, 'eval', '--candidate', 'mine', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      candidate: join(directory, 'mine'),
      correct: true,
      value: expect.closeTo(7),
      scores: [
        { configuration: 'a', value: 7 },
        { configuration: 'b', value: 7 },
      ],
      durationMs: expect.any(Number),
    })
  })

  test.for([
    ['crashes', 'echo "about to go"; exit 7', 'crash', 'exit code 7', 'about to go'],
    ['is too slow', 'echo "thinking"; sleep 60', 'timeout', 'longer than 1 s', 'thinking'],
    ['says nothing', 'true', 'no-result', 'AVO_RESULT', ''],
    [
      'has a score of zero',
      `echo '{"correct": true, "scores": {"a": 0}}' > "$AVO_RESULT"`,
      'invalid-scores',
      '"a"',
      '',
    ],
  ] as const)(
    'and whose scorer %s has exit status 3, and it is said why',
    async ([, script, failure, reason, output]) => {
      const directory = await makeTask({
        ...NUMBER_TASK,
        'avo.yaml': `${NUMBER_TASK['avo.yaml']?.replace('sh, score.sh]', 'sh, score.sh], timeout_seconds: 1')}`,
        'scorer/score.sh': script,
      })
      const [text, json] = await Promise.all([
        avo(['eval', directory, '--candidate', 'seed']),
        avo(['eval', directory, '--candidate', 'seed', '--json']),
      ])
      expect([text.exitCode, json.exitCode]).toEqual([3, 3])
      for (const part of [failure, reason, output]) expect(text.stdout).toContain(part)
      expect(JSON.parse(json.stdout)).toMatchObject({
        correct: false,
        failure,
        reason: expect.stringContaining(reason),
      })
    },
  )

  test('must be there, and be all of the solution', async () => {
    const directory = await makeTask()
    const [missing, file] = await Promise.all([
      avo(['eval', directory, '--candidate', '/no/such/place']),
      avo(['eval', directory, '--candidate', join(directory, 'seed/value.txt')]),
    ])
    expect(missing).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('/no/such/place') })
    expect(file).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Name a directory') })
  })
})
