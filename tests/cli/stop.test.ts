import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { processesNaming, untilAsleep } from '../processes.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo, type Started, startAvo } from './avo.ts'

/** A run whose scorer would go on for minutes, and has begun. */
async function startHanging(): Promise<Started & { readonly directory: string }> {
  const directory = await makeTask({ ...NUMBER_TASK, 'scorer/score.sh': 'exec sleep 600' })
  onTestFinished(() => {
    for (const id of processesNaming(directory)) process.kill(Number(id), 'SIGKILL')
  })
  const started = startAvo(['run', directory])
  await untilAsleep(directory)
  return { ...started, directory }
}

describe('a run is stopped from another terminal', () => {
  test('with its step ended cleanly', async () => {
    const { directory, child, ended } = await startHanging()
    const stopped = await avo(['stop', directory])
    expect(stopped).toMatchObject({
      exitCode: 0,
      stdout: `Process ${child.pid} has ended: it was stopped. avo run goes on with it.\n`,
    })
    expect(await ended).toMatchObject({ exitCode: 130 })
    expect(processesNaming(directory)).toEqual([])
    expect(await avo(['stop', directory])).toMatchObject({ exitCode: 0, stdout: 'Nothing runs here.\n' })
  })

  test('while it still waits for what a killed one has left behind', async () => {
    const directory = await makeTask()
    await avo(['run', directory, '--max-attempts', '1'])
    const left = spawn('git', ['-c', 'core.hooksPath=/dev/null', 'cat-file', '--batch'], {
      cwd: join(directory, 'workspace'),
    })
    onTestFinished(() => void left.kill('SIGKILL'))
    await once(left, 'spawn')
    const { child, ended } = startAvo(['run', directory, '--max-attempts', '9'])
    await expect
      .poll(() => readFile(join(directory, '.avo/lock'), 'utf8').catch(() => ''), { timeout: 30_000 })
      .toContain(`"pid":${child.pid}`)
    const stopped = avo(['stop', directory])
    await once(child.stderr ?? left, 'data')
    left.stdin.end()
    expect(await ended).toMatchObject({ exitCode: 130, stderr: expect.stringMatching(/^stopping: /) })
    expect((await stopped).stdout).toContain(`Process ${child.pid} has ended: it was stopped.`)
  })

  test('at once', async () => {
    const { directory, child, ended } = await startHanging()
    const stopped = await avo(['stop', directory, '--now', '--json'])
    expect(JSON.parse(stopped.stdout)).toMatchObject({ pid: child.pid })
    expect(await ended).toMatchObject({ exitCode: 130 })
    await expect.poll(() => processesNaming(directory), { timeout: 10_000 }).toEqual([])
  })

  test('at once, when it obeys nothing any more', async () => {
    const { directory, child, ended } = await startHanging()
    child.kill('SIGSTOP')
    expect(await avo(['stop', directory, '--now'])).toMatchObject({ exitCode: 0 })
    expect(await ended).toMatchObject({ signal: 'SIGKILL' })
  })
})

describe('nobody else is', () => {
  async function makeLocked(holder: object): Promise<string> {
    const directory = await makeTask()
    await mkdir(join(directory, '.avo'))
    const lock = { id: crypto.randomUUID(), host: hostname(), started: '1', since: '', ...holder }
    await writeFile(join(directory, '.avo/lock'), JSON.stringify(lock))
    return directory
  }

  test('a process that was given the pid of a dead run', async () => {
    const other = spawn('sleep', ['600'])
    onTestFinished(() => void other.kill('SIGKILL'))
    const directory = await makeLocked({ pid: other.pid })
    expect(await avo(['stop', directory])).toMatchObject({ exitCode: 0, stdout: 'Nothing runs here.\n' })
    expect(other.exitCode ?? other.signalCode).toBeNull()
  })

  test('a process of this number here, where the run is on another machine', async () => {
    const other = spawn('sleep', ['600'])
    onTestFinished(() => void other.kill('SIGKILL'))
    const directory = await makeLocked({ pid: other.pid, host: 'elsewhere' })
    const { exitCode, stderr } = await avo(['stop', directory])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 5,
      stderr: expect.stringContaining('Run avo stop on elsewhere'),
    })
    expect(other.exitCode ?? other.signalCode).toBeNull()
    expect(await readFile(join(directory, '.avo/lock'), 'utf8')).toContain('elsewhere')
    await rm(join(directory, '.avo/lock'))
  })
})
