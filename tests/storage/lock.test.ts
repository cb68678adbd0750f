import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { acquireLock, readLockHolder } from '../../src/storage/lock.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const MODULE = join(import.meta.dirname, '../../src/storage/lock.ts')

/** Another process that takes the lock (or says why it can't) and then does nothing until it is killed. */
async function otherProcess(file: string) {
  const script = `
    const { acquireLock } = await import(${JSON.stringify(MODULE)})
    const said = await acquireLock(${JSON.stringify(file)}).then(() => 'taken', (error) => error.code)
    process.stdout.write(said + '\\n')
    setInterval(() => {}, 60_000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said] = await once(child.stdout, 'data')
  return {
    said: String(said).trim(),
    pid: child.pid,
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

describe('a lock', () => {
  it('keeps other processes out, says who holds it, and is taken over from the dead', async () => {
    const file = join(await temporaryDirectory(), 'lock')
    const other = await otherProcess(file)
    expect(other.said).toBe('taken')
    expect(readLockHolder(file)).toBe(other.pid)
    await expect(acquireLock(file)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringMatching(new RegExp(`process ${other.pid} .* since \\d{4}-`)),
    })

    await other.kill()
    expect(readLockHolder(file)).toBeNull()
    const release = await acquireLock(file)
    expect((await otherProcess(file)).said).toBe('locked')
    release()
    expect((await otherProcess(file)).said).toBe('taken')
  })

  it('can be had once in a process, and again after it was given up', async () => {
    const file = join(await temporaryDirectory(), 'lock')
    const release = await acquireLock(file)
    await expect(acquireLock(file)).rejects.toMatchObject({ code: 'locked' })
    release()
    const releaseAgain = await acquireLock(file)
    release()
    expect(readLockHolder(file)).toBe(process.pid)
    releaseAgain()
    expect(await readdir(join(file, '..'))).toEqual([])
  })

  it.runIf(process.platform === 'linux')(
    'is not held by a process that was given the same pid later',
    async () => {
      const file = join(await temporaryDirectory(), 'lock')
      await acquireLock(file)
      const holder = JSON.parse(await readFile(file, 'utf8'))
      await writeFile(file, JSON.stringify({ ...holder, started: holder.started.replace(/\d+$/, '1') }))
      const release = await acquireLock(file)
      release()
      // The same pid and the same ticks, of another boot.
      await writeFile(file, JSON.stringify({ ...holder, started: `x${holder.started.slice(1)}` }))
      await acquireLock(file)
    },
  )

  it('is not believed when a power cut left it empty, and not broken when it is from another machine', async () => {
    const file = join(await temporaryDirectory(), 'lock')
    await writeFile(file, '')
    const release = await acquireLock(file)
    const holder = JSON.parse(await readFile(file, 'utf8'))
    release()
    await writeFile(file, JSON.stringify({ ...holder, host: 'elsewhere', pid: 999_999_999 }))
    await expect(acquireLock(file)).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringContaining('elsewhere'),
    })
  })

  it('goes to exactly one of many that find a dead one', async () => {
    const file = join(await temporaryDirectory(), 'lock')
    const dead = await otherProcess(file)
    await dead.kill()
    const outcomes = (await Promise.all(Array.from({ length: 6 }, () => otherProcess(file)))).map(
      ({ said }) => said,
    )
    expect(outcomes.toSorted()).toEqual(['locked', 'locked', 'locked', 'locked', 'locked', 'taken'])
  })
})
