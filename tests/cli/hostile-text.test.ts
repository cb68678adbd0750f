import { expect, test } from 'vitest'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo, type Ended } from './avo.ts'
import { makeTaskFullOf } from './finished-task.ts'

/** Sets a terminal's title, colours, deletes a line and writes over it: in 7-bit sequences and in single bytes of C1. */
const HOSTILE =
  'see \u001b]0;title\u0007\u001b[31mred\u001b[2K\rover\b\u009b31m\u009d0;title\u009c\u007f that'

/** What a program may send to a terminal: text, line breaks and tabs. */
function expectPlain(outputs: readonly Ended[]): void {
  for (const { stdout, stderr } of outputs)
    expect(`${stdout}${stderr}`.replaceAll(/[\n\t]/g, ' ')).toMatch(/^[^\p{Cc}]*$/u)
}

test('what a scorer prints reaches no terminal as it is', async () => {
  const directory = await makeTask({
    ...NUMBER_TASK,
    'scorer/score.sh': 'cat hostile.txt >&2; exit 1\n',
    'scorer/hostile.txt': HOSTILE,
  })
  const run = await avo(['run', directory])
  const json = await avo(['run', '--json', directory])
  for (const { exitCode, stderr } of [run, json])
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('see')])
  const commands = ['status', 'status --json', 'eval', 'eval --json', 'doctor', 'doctor --json']
  const others = await Promise.all(commands.map((command) => avo([...command.split(' '), directory])))
  for (const { stdout } of others) expect(stdout).toContain('see')
  expectPlain([run, json, ...others])
})

test('nor what the agent says and writes, and what a scorer tells it', async () => {
  const directory = await makeTaskFullOf(HOSTILE)
  const commands = [
    'show v1',
    'show v1 --json',
    'log',
    'log --json',
    'status',
    'eval',
    'eval --candidate seed',
    'run',
  ]
  const outputs = await Promise.all(commands.map((command) => avo(['-C', directory, ...command.split(' ')])))
  expect(outputs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 3, 0, 0])
  for (const { stdout } of outputs) expect(stdout).toContain('see')
  expectPlain(outputs)
})
