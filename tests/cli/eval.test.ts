import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { untilAsleep } from '../processes.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo, startAvo } from './avo.ts'
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

describe('what is scored is what a run would measure', () => {
  /** Says which files it was given. */
  const FILES_TASK: Readonly<Record<string, string>> = {
    ...NUMBER_TASK,
    'scorer/score.sh': `files=$(cd "$AVO_CANDIDATE" && ls | tr '\\n' ' ')
printf '{"correct": true, "scores": {"a": 1}, "feedback": "given: %s"}' "$files" > "$AVO_RESULT"`,
    'seed/.gitignore': '*.log\n',
    'seed/debug.log': 'noise',
    'avo.yaml': `${NUMBER_TASK['avo.yaml']}editable: [value.txt, 'more*']\n`,
  }

  test('a seed without what its .gitignore names', async () => {
    const directory = await makeTask(FILES_TASK)
    const { stdout } = await avo(['eval', directory])
    expect(stdout).toMatch(/^given: value\.txt $/m)
    await avo(['run', directory, '--max-attempts', '1'])
    const journal = await readFile(join(directory, '.avo/events.jsonl'), 'utf8')
    expect(journal).toContain('given: value.txt "')
  })

  test.for([true, false])('a workspace as it could be submitted, git_persist: %s', async (gitPersist) => {
    const directory = await makeTask({
      ...FILES_TASK,
      'avo.yaml': `${FILES_TASK['avo.yaml']}git_persist: ${gitPersist}\n`,
      'seed/table.csv': '1',
    })
    await avo(['run', directory, '--max-attempts', '1'])
    const index = join(directory, '.avo/git-index')
    const before = await readFile(index).catch(() => null)
    for (const path of ['more.txt', 'scratch.txt', 'more.log'])
      await writeFile(join(directory, 'workspace', path), 'x')
    await rm(join(directory, 'workspace/table.csv'))
    const { stdout } = await avo(['eval', directory])
    expect(stdout).toMatch(/^workspace, scored/)
    const ignored = gitPersist ? '' : 'debug.log more.log '
    expect(/^given: (.*)$/m.exec(stdout)?.[1]?.split(' ').toSorted()).toEqual(
      `${ignored}more.txt table.csv value.txt `.split(' ').toSorted(),
    )
    expect(await readFile(index).catch(() => null)).toEqual(before)
  })

  test('a workspace that has no version yet is no candidate', async () => {
    const directory = await makeTask({ ...NUMBER_TASK, 'scorer/score.sh': 'exit 1' })
    expect(await avo(['run', directory])).toMatchObject({ exitCode: 3 })
    const [byDefault, named] = await Promise.all([
      avo(['eval', directory]),
      avo(['eval', directory, '--candidate', 'workspace']),
    ])
    expect(byDefault.stdout).toMatch(/^seed, scored/)
    expect(named).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no version') })
  })

  test('a workspace that could not be submitted is refused', async () => {
    const directory = await makeFinishedTask()
    await rm(join(directory, 'workspace/value.txt'))
    await symlink('/etc/hostname', join(directory, 'workspace/value.txt'))
    const { exitCode, stderr } = await avo(['eval', directory])
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/^error: value\.txt is a link to \/etc\/hostname/)
  })
})

test.for(['eval', 'doctor'])('%s that is interrupted leaves nothing behind', async (verb) => {
  const directory = await makeTask({ ...NUMBER_TASK, 'scorer/score.sh': 'exec sleep 600', 'tmp/.keep': '' })
  const scratch = join(directory, 'tmp')
  const { child, ended } = startAvo([verb, directory], { env: { TMPDIR: scratch } })
  await untilAsleep(directory)
  child.kill('SIGINT')
  const { exitCode, stdout, stderr } = await ended
  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
  expect(stderr).toBe('stopping: nothing is recorded; once more ends it at once\n')
  expect(await readdir(scratch)).toEqual(['.keep'])
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
