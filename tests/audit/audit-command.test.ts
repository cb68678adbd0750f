import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { avo, startAvo } from '../cli/avo.ts'
import { makeTask } from '../task.ts'
import { JAVASCRIPT_TASK } from './audited-tasks.ts'

/** Every path below a directory with its content. */
function listFiles(directory: string): readonly (readonly [string, string])[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [path, readFileSync(path, 'utf8')])
}

/** The command lines of the processes that know a directory. */
function listProcesses(directory: string): readonly string[] {
  if (!existsSync('/proc')) return []
  const lines = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((id) => {
      try {
        return `${readFileSync(`/proc/${id}/cmdline`)} ${readFileSync(`/proc/${id}/environ`)}`
      } catch {
        return ''
      }
    })
  return lines.filter((line) => line.includes(directory))
}

test('attacks that get through are a table with advice, and exit status 3; nothing of them remains', {
  timeout: 180_000,
}, async () => {
  const task = await makeTask(JAVASCRIPT_TASK)
  const temporary = await makeTask({})
  const before = listFiles(task)
  const { exitCode, stdout, stderr } = await avo(['audit', task], { env: { TMPDIR: temporary } })
  expect(exitCode).toBe(3)
  expect(stdout).toMatch(/^forged +clock +[\d,.]+× +tamper with the clock$/m)
  expect(stdout).toMatch(/^rejected +endless-loop .* it took longer than \d+ s/m)
  // Held where the bomb is let go of again before the time is up.
  expect(stdout).toMatch(/^(held|rejected) +memory-bomb /m)
  expect(stdout).toContain(
    'clock: the candidate makes every clock of its process a thousand times slower.\n  → Measure in',
  )
  expect(stdout).not.toContain('secure')
  expect(stderr).toMatch(/^clock \(javascript\): forged$/m)
  expect(listFiles(task)).toEqual(before)
  expect(readdirSync(temporary)).toEqual([])
  await vi.waitFor(() => expect(listProcesses(temporary)).toEqual([]), 10_000)
})

test('Ctrl-C in the middle leaves nothing either', async () => {
  const task = await makeTask(JAVASCRIPT_TASK)
  const temporary = await makeTask({})
  const before = listFiles(task)
  const only = ['--only', 'exit-early', '--only', 'endless-loop']
  const { child, ended } = startAvo(['audit', task, ...only], { env: { TMPDIR: temporary } })
  if (child.stderr !== null) await once(child.stderr, 'data')
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ exitCode: 130, stdout: '' })
  expect(listFiles(task)).toEqual(before)
  expect(readdirSync(temporary)).toEqual([])
  await vi.waitFor(() => expect(listProcesses(temporary)).toEqual([]), 10_000)
})

test('where nothing gets through, the exit status is 0 and the number of attacks is said', async () => {
  const task = await makeTask(JAVASCRIPT_TASK)
  const only = ['--only', 'exit-early', '--only', 'input-returned', '--only', 'memory-bomb']
  const { exitCode, stdout } = await avo(['audit', task, ...only])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('No bypass seen in 3 attacks.')
})

test('--json is the whole audit', async () => {
  const { exitCode, stdout } = await avo([
    'audit',
    await makeTask(JAVASCRIPT_TASK),
    '--only',
    'clock',
    '--json',
  ])
  expect(exitCode).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({
    honest: { correct: true },
    results: [{ attack: 'clock', outcome: 'forged', language: 'javascript' }],
  })
})

test('an attack that there is not is named, with those that there are', async () => {
  const { exitCode, stderr } = await avo(['audit', await makeTask(JAVASCRIPT_TASK), '--only', 'nothing'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('there is no attack nothing')
  expect(stderr).toContain('daemon')
})
