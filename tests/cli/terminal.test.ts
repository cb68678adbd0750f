import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openJournal } from '../../src/storage/journal-file.ts'
import { readLockHolder } from '../../src/storage/lock.ts'
import { playAgent } from '../played-agent.ts'
import { requireProgram } from '../requires.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { MAIN } from './avo.ts'
import { servedConfig } from './served-config.ts'

requireProgram('script', 'apt-get install bsdutils')

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'

let mock: LLMock
beforeAll(async () => {
  mock = await LLMock.create({ port: 0 })
  mock.on(
    {},
    playAgent((attempt) => String(attempt + 1)),
  )
})
afterAll(() => mock.stop())

interface TerminalRun {
  readonly terminal: ChildProcess
  /** Everything that the terminal was sent, and the exit status. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly output: string }>
}

/** Runs a task on a pseudo terminal of so many columns. */
function runOnTerminal(directory: string, columns: number): TerminalRun {
  const command = `stty cols ${columns} rows 30; exec '${execPath}' '${MAIN}' run '${directory}'`
  const terminal = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', SHELL: '/bin/sh', TERM: 'xterm-256color' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void terminal.kill('SIGKILL'))
  let output = ''
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const ended = new Promise<Awaited<TerminalRun['ended']>>((resolve) => {
    terminal.once('close', (exitCode) => resolve({ exitCode, output }))
  })
  return { terminal, ended }
}

const makeServedTask = (attempts: number): Promise<string> =>
  makeTask({ ...NUMBER_TASK, 'avo.yaml': servedConfig(mock, { max_attempts: attempts }) })

test('a run draws how it stands, leaves that behind and gives the cursor back', async () => {
  const { exitCode, output } = await runOnTerminal(await makeServedTask(2), 100).ended
  expect(exitCode).toBe(0)
  const [block = '', rest = ''] = output.slice(output.lastIndexOf(HIDE_CURSOR)).split(SHOW_CURSOR)
  expect(block).toMatch(/best {2}v2 3 {2}\+200% over the seed .*▁.*█/)
  expect(block).toMatch(/now {3}attempt 2 .*2 attempts were made, the limit is 2/)
  expect(block).toMatch(/used .* \d+ evaluations, 440 tokens, \$0\.00048, .* left/)
  expect(rest).toMatch(/^v2 +\+50\.0% /m)
  expect(output).toMatch(/\d\d:\d\d:\d\d attempt 2\r\n/)
})

test('a terminal without a width gets plain lines', async () => {
  const { exitCode, output } = await runOnTerminal(await makeServedTask(1), 0).ended
  expect(exitCode).toBe(0)
  expect(output).toMatch(/^\d\d:\d\d:\d\d v1 2: \+100%, attempt 1\r$/m)
  expect(output).not.toContain(HIDE_CURSOR)
})

test('what a failing scorer prints is never obeyed', async () => {
  const directory = await makeTask({
    ...NUMBER_TASK,
    'scorer/score.sh': 'cat hostile.txt >&2; exit 1\n',
    'scorer/hostile.txt':
      'see \u001b]0;title\u0007\u001b[31mred\rover\b\u009b31m\u009d0;title\u009c\u007f that',
  })
  const { exitCode, output } = await runOnTerminal(directory, 250).ended
  expect(exitCode).toBe(3)
  expect(output).toContain('see')
  for (const control of ['\u001b]', '\u001b[31mred', '\rover', '\b', '\u0007', '\u007f', '\u009b', '\u009d'])
    expect(output).not.toContain(control)
})

test('a terminal that hangs up stops a run as Ctrl-C does', async () => {
  const directory = await makeServedTask(200)
  const { terminal } = runOnTerminal(directory, 100)
  await new Promise<void>((resolve) => {
    terminal.stdout?.on('data', (text: string) => text.includes('v1') && resolve())
  })
  terminal.kill('SIGKILL')
  while (readLockHolder(join(directory, '.avo/lock')) !== null) await delay(50)
  const { state } = await openJournal(join(directory, '.avo/events.jsonl'), { readOnly: true })
  expect(state.ended?.kind).toBe('interrupted')
})
