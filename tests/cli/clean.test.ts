import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { processesNaming, untilAsleep } from '../processes.ts'
import { requireProgram } from '../requires.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo, MAIN, startAvo } from './avo.ts'
import { makeFinishedTask } from './finished-task.ts'

requireProgram('script', 'apt-get install bsdutils')

const OLD_SCORER = 'a'.repeat(64)

/** A task that was run, with all that piles up. */
async function makeLitteredTask(): Promise<string> {
  const directory = await makeFinishedTask()
  const records = join(directory, '.avo')
  const files = {
    'tmp/left/over.txt': 'x',
    'outputs/1.txt': 'long '.repeat(10_000),
    [`scorer/${OLD_SCORER}/score.sh`]: 'old',
  }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(records, path, '..'), { recursive: true })
    await writeFile(join(records, path), content)
  }
  await symlink(join(directory, 'seed'), join(records, 'outputs', 'link'))
  return directory
}

async function lookAt(directory: string): Promise<unknown> {
  return (await readdir(join(directory, '.avo'), { recursive: true })).toSorted()
}

describe('clean', () => {
  test('lists what can go, with sizes, and removes nothing when it is only asked for that', async () => {
    const directory = await makeLitteredTask()
    const before = await lookAt(directory)
    const { exitCode, stdout } = await avo(['clean', directory, '--dry-run'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^ *\d+ kB {2}long outputs .* {2}\S*\.avo\/outputs$/m)
    expect(stdout).toMatch(/^ *[\d.]+ kB {2}copies of scorers that are not in use {2}/m)
    expect(stdout).not.toContain('memory')
    expect(stdout).toMatch(/[\d.]+ MB can be freed\.$/m)
    expect(await lookAt(directory)).toEqual(before)
  })

  test('removes that and no more: the run is as it was, and goes on', async () => {
    const directory = await makeLitteredTask()
    const journal = await readFile(join(directory, '.avo/events.jsonl'), 'utf8')
    const { stdout } = await avo(['clean', directory, '--yes', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: false, bytes: expect.any(Number) })
    expect(await readdir(join(directory, '.avo/outputs'))).toEqual([])
    expect(await readdir(join(directory, '.avo/tmp'))).toEqual([])
    const scorers = (await readdir(join(directory, '.avo/scorer'))).filter((name) => name.length === 64)
    expect(scorers).toHaveLength(1)
    expect(scorers).not.toContain(OLD_SCORER)
    expect(await readFile(join(directory, 'seed/value.txt'), 'utf8')).toBe('1\n')
    expect(await readFile(join(directory, '.avo/events.jsonl'), 'utf8')).toBe(journal)
    expect(existsSync(join(directory, '.avo/conversation.jsonl'))).toBe(true)
    expect((await avo(['clean', directory, '--yes'])).stdout).toBe('Nothing was removed.\n')

    await avo(['clean', directory, '--yes', '--all'])
    expect(existsSync(join(directory, '.avo/conversation.jsonl'))).toBe(false)
    expect(await avo(['run', directory, '--max-attempts', '4'])).toMatchObject({ exitCode: 0 })
  })

  test('refuses where nobody can be asked, and while the run goes on', async () => {
    const directory = await makeLitteredTask()
    const before = await lookAt(directory)
    const { exitCode, stdout, stderr } = await avo(['clean', directory])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('--yes removes it')
    expect(await lookAt(directory)).toEqual(before)

    const running = await makeTask({ ...NUMBER_TASK, 'scorer/score.sh': 'exec sleep 600' })
    onTestFinished(() => {
      for (const id of processesNaming(running)) process.kill(Number(id), 'SIGKILL')
    })
    const { child, ended } = startAvo(['run', running])
    await untilAsleep(running)
    const refused = await avo(['clean', running, '--yes'])
    expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringContaining(`process ${child.pid}`) })
    child.kill('SIGINT')
    await ended
  })

  test.for([
    ['n\n', false],
    ['\n', false],
    ['y\n', true],
  ] as const)('asks on a terminal: %j', async ([answer, isRemoved]) => {
    const directory = await makeLitteredTask()
    const command = `stty cols 200; exec '${execPath}' '${MAIN}' clean '${directory}'`
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    onTestFinished(() => void terminal.kill('SIGKILL'))
    let output = ''
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      const isAsked = !output.includes('[y/N]')
      output += text
      if (isAsked && output.includes('[y/N]')) terminal.stdin.write(answer)
    })
    await new Promise((resolve) => terminal.once('close', resolve))
    expect(output).toMatch(/Remove [\d.]+ MB\? \[y\/N\]/)
    expect(existsSync(join(directory, '.avo/outputs/1.txt'))).toBe(!isRemoved)
  })

  test('before a run there is nothing to remove, and nothing is made', async () => {
    const directory = await makeTask()
    expect(await avo(['clean', directory])).toMatchObject({ exitCode: 0, stdout: 'Nothing was removed.\n' })
    expect(existsSync(join(directory, '.avo'))).toBe(false)
  })
})
