import { spawnSync } from 'node:child_process'
import { execPath } from 'node:process'
import { expect, test } from 'vitest'
import { requireProgram } from '../requires.ts'
import { makeTask } from '../task.ts'
import { avo, MAIN } from './avo.ts'
import { makeFinishedTask } from './finished-task.ts'

requireProgram('script', 'apt-get install bsdutils')

/** What a terminal of so many columns is sent. */
function onTerminal(
  command: string,
  columns: number,
  env: Readonly<Record<string, string>> = {},
): readonly string[] {
  const { stdout } = spawnSync(
    'script',
    ['-qec', `stty cols ${columns} rows 30; '${execPath}' '${MAIN}' ${command}`, '/dev/null'],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: '/nonexistent',
        SHELL: '/bin/sh',
        TERM: 'xterm',
        NO_COLOR: '1',
        ...env,
      },
      encoding: 'utf8',
    },
  )
  return stdout.trimEnd().split('\r\n')
}

test('the graph has the scores on the left, the attempts below, and what the marks mean', async () => {
  const { exitCode, stdout } = await avo(['log', '--graph', await makeFinishedTask()], {
    env: { LANG: 'C.UTF-8' },
  })
  const [title, ...rows] = stdout.trimEnd().split('\n')
  expect(exitCode).toBe(0)
  expect(title).toBe('score, higher is better')
  expect(rows[1]).toMatch(/^ +│/)
  expect(stdout).toMatch(/^ *2 ┤[\u2800-\u28ff ┄]+$/m)
  expect(stdout).toMatch(/^ *1 ┤[\u2800-\u28ff]+┄+$/m)
  expect(stdout).toMatch(/^ +attempt 0 +3$/m)
  expect(stdout).toMatch(/^━━ best so far {2}┄┄ seed {2}· 1 rejected {2}1 came to nothing$/m)
  expect(stdout).toMatch(/^v1 is \+100% against the seed/m)
  expect(Math.max(...rows.slice(0, -2).map((row) => row.length))).toBeLessThanOrEqual(80)
})

test.for(['C', 'POSIX', 'en_US.ISO-8859-1'])('in the locale %s it is ASCII', async (locale) => {
  const { stdout } = await avo(['log', '--graph', await makeFinishedTask()], { env: { LC_ALL: locale } })
  expect(stdout).toMatch(/^[\n\x20-\x7e]+$/)
  expect(stdout).toMatch(/^ *2 \+ +#+$/m)
})

test.for([60, 200])('graph and table fit a terminal of %i columns', async (columns) => {
  const task = await makeFinishedTask()
  const graph = onTerminal(`log --graph '${task}'`, columns, { LANG: 'C.UTF-8' })
  const axis = graph.find((line) => line.includes('└'))
  expect(axis?.length).toBe(columns)
  const table = onTerminal(`log '${task}'`, columns)
  const rows = table.filter((line) => /^v(?:ersion|\d+ )/.test(line)).slice(0, 3)
  expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(columns)
  expect(rows[0]?.split(/ {2,}/).includes('b')).toBe(columns === 200)
})

test('as JSON it is the curve; before a run there is none', async () => {
  const [played, fresh, both] = await Promise.all([
    avo(['log', '--graph', '--json', await makeFinishedTask()]),
    avo(['log', '--graph', await makeTask()]),
    avo(['log', '--graph', '--supervisor', await makeTask()]),
  ])
  expect(JSON.parse(played.stdout)).toMatchObject({
    direction: 'maximize',
    seed: 1,
    points: [{ value: 1 }, { version: 1, value: 2 }, { outcome: 'rejected', value: 1.5 }, { value: null }],
  })
  expect(fresh).toMatchObject({ exitCode: 0, stdout: 'There are no versions yet.\n' })
  expect(both.exitCode).toBe(2)
})
