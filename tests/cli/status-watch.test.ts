import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { stripVTControlCharacters } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { Event } from '../../src/events.ts'
import { type JournalFile, openJournal } from '../../src/storage/journal-file.ts'
import { requireProgram } from '../requires.ts'
import { version } from '../storage/versions.ts'
import { makeTask } from '../task.ts'
import { MAIN, type Started, startAvo } from './avo.ts'

requireProgram('script', 'apt-get install bsdutils')

const STARTED: Event = {
  type: 'run.started',
  project: 'number',
  provider: 'custom',
  model: 'custom/played',
  scorer: 'sha256:abc',
  sandbox: 'process',
  resumed: false,
}

interface World {
  readonly task: string
  readonly journal: JournalFile
}

/** A run that this process plays; its journal begins anew with nearly every attempt. */
async function makeRun(): Promise<World> {
  const task = await makeTask()
  await mkdir(join(task, '.avo'))
  const lock = { id: crypto.randomUUID(), pid: 4321, host: `not-${hostname()}`, started: null, since: '' }
  await writeFile(join(task, '.avo/lock'), JSON.stringify({ ...lock, since: new Date().toISOString() }))
  const journal = await openJournal(join(task, '.avo/events.jsonl'), { rotateAtBytes: 600 })
  onTestFinished(journal.close)
  journal.record(STARTED)
  journal.record({ type: 'version.committed', version: version(0, { gain: 0 }) })
  return { task, journal }
}

function playAttempt({ journal }: World, attempt: number): void {
  journal.record({ type: 'attempt.started', attempt })
  journal.record({ type: 'candidate.rejected', attempt, reason: 'not better' })
}

/** What the program prints, line by line, as it comes. */
function startWatching(args: readonly string[]): {
  readonly started: Started
  readonly lines: readonly string[]
} {
  const lines: string[] = []
  return { started: startAvo(['status', '--watch', ...args], { onLine: (line) => lines.push(line) }), lines }
}

test('elsewhere than on a terminal a line comes for each change, however often the journal begins anew', async () => {
  const run = await makeRun()
  const { started, lines } = startWatching([run.task])
  await expect.poll(() => lines.length, { timeout: 60_000 }).toBe(1)
  expect(lines[0]).toMatch(
    /^\d\d:\d\d:\d\d prepares what comes next; best v0 \S+, \+0\.0%; 0 attempts; \$0\.00$/,
  )
  for (let attempt = 1; attempt <= 8; attempt++) playAttempt(run, attempt)
  await expect.poll(() => lines.at(-1), { timeout: 60_000 }).toMatch(/; 8 attempts; /)
  run.journal.record({ type: 'attempt.started', attempt: 9 })
  run.journal.record({
    type: 'tool.called',
    attempt: 9,
    turn: 1,
    tool: 'run_shell',
    about: 'make\u001b[31m -j8',
  })
  await expect
    .poll(() => lines.at(-1), { timeout: 60_000 })
    .toMatch(/ attempt 9, turn 1: run_shell make -j8; /)
  started.child.kill('SIGINT')
  expect(await started.ended).toMatchObject({ exitCode: 0, stderr: '' })
})

test('as JSON each line is a document, and the end of the run is one more', async () => {
  const run = await makeRun()
  const { started, lines } = startWatching(['--json', run.task])
  await expect.poll(() => lines.length, { timeout: 60_000 }).toBe(1)
  playAttempt(run, 1)
  run.journal.record({ type: 'run.ended', reason: { kind: 'max-attempts', message: 'enough' } })
  await expect.poll(() => lines.at(-1) ?? '', { timeout: 60_000 }).toContain('"kind":"max-attempts"')
  const [first, last] = [lines[0], lines.at(-1)].map((line) => JSON.parse(line ?? ''))
  expect(first).toMatchObject({ running: true, attempts: 0, ended: null })
  expect(last).toMatchObject({ attempts: 1, ended: { message: 'enough' } })
  started.child.kill('SIGTERM')
  expect((await started.ended).exitCode).toBe(0)
})

test('a run that is not there yet is waited for', async () => {
  const task = await makeTask()
  const { lines } = startWatching([task])
  await expect.poll(() => lines, { timeout: 60_000 }).toEqual([expect.stringMatching(/Not started yet/)])
  await mkdir(join(task, '.avo'))
  const journal = await openJournal(join(task, '.avo/events.jsonl'))
  onTestFinished(journal.close)
  journal.record(STARTED)
  await expect.poll(() => lines.at(-1), { timeout: 60_000 }).toMatch(/cut off; .* no version yet; 0 attempts/)
})

test('a reader that leaves ends it', async () => {
  const run = await makeRun()
  const { started, lines } = startWatching(['--json', run.task])
  await expect.poll(() => lines.length, { timeout: 60_000 }).toBe(1)
  started.child.stdout?.destroy()
  for (let attempt = 1; attempt <= 3; attempt++) playAttempt(run, attempt)
  expect((await started.ended).exitCode).toBe(0)
})

test('on a terminal it is one page that is drawn over, and the cursor comes back', async () => {
  const run = await makeRun()
  const command = `stty cols 100 rows 40; exec '${execPath}' '${MAIN}' status --watch '${run.task}'`
  const terminal = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', SHELL: '/bin/sh', TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void terminal.kill('SIGKILL'))
  let output = ''
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const ended = new Promise<number | null>((resolve) => terminal.once('close', resolve))
  await expect.poll(() => output, { timeout: 60_000 }).toMatch(/attempts +0, 0 accepted/)
  playAttempt(run, 1)
  await expect.poll(() => stripVTControlCharacters(output), { timeout: 60_000 }).toMatch(/1, 0 accepted/)
  terminal.stdin.write('\u0003')
  expect(await ended).toBe(0)
  expect(output.lastIndexOf('\u001b[?25h')).toBeGreaterThan(output.lastIndexOf('\u001b[?25l'))
})
