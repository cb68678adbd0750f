import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createRandom } from '../../src/gate/random.ts'
import { expectUndisturbed, makeCrashTask, runSession, type Session } from './crash-task.ts'

/** How a full disk is told: as a failure of the environment, with what to do, and nothing else. */
function expectFull(session: Session): void {
  expect(session).toMatchObject({ exitCode: 5, signal: null })
  expect(session.stderr).toMatch(/^(?:storage|knowledge|sandbox): .*(?:no space left|disk|full)/i)
  expect(session.stderr).toMatch(/make room|not full/i)
}

describe('a disk that is full from one moment on ends the run with what to do, and it goes on later', () => {
  test.for([
    ['when the lock is taken', 'lock\\.'],
    ['when the run begins', '"type":"run.started"'],
    ['when a reply is kept', '\\{"role":"assistant"'],
    ['when a reply is counted', '"type":"model.replied","attempt":1,"turn":2', 2],
    ['when the agent writes a file', 'workspace/.*swp'],
    ['when a result is kept', '"type":"tool_result","id":"call-102-1"'],
    ['when a candidate is unpacked', 'mkdtemp', 8],
    ['when a solution is submitted', '"type":"solution.submitted"'],
    ['when the verdict is recorded', '"type":"gate.decided"'],
    ['when the version is recorded', '"type":"version.committed"', 2],
    ['when the index is written', 'index/passages'],
    ['when the conversation is compacted', 'writeFileSync .*conversation'],
    ['when the end is recorded', '"type":"run.ended"'],
  ] as const)('%s', async ([_name, matching, nth = 1]) => {
    const directory = await makeCrashTask()
    expectFull(await runSession(directory, { matching, how: 'full', nth }))
    await expectUndisturbed(directory)
  })
})

/** A small file system in memory at a directory; false where this machine does not let us. */
function mountSmallDisk(directory: string, megabytes: number): boolean {
  mkdirSync(directory)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'avo-small', directory], {
      stdio: 'pipe',
    })
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error
    return false
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', directory])
  })
  return true
}

/** Leaves so many bytes free. */
function fill(disk: string, freeBytes: number): void {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - freeBytes)))
}

test('a small disk that fills up, again and again, wherever it happens', async ({ skip }) => {
  const random = createRandom(7)
  const task = await makeCrashTask()
  const disk = join(task, 'disk')
  if (!mountSmallDisk(disk, 16)) skip('only root may mount a file system')
  const directory = join(disk, 'task')
  const names = ['avo.yaml', 'seed', 'scorer', 'knowledge-base']
  for (const name of names) cpSync(join(task, name), join(directory, name), { recursive: true })
  mkdirSync(join(directory, 'tmp'))

  let ended = 0
  for (let freeBytes = 8_192; ; freeBytes += 2_000 + Math.floor(random() * 12_000)) {
    rmSync(join(disk, 'ballast'), { force: true })
    fill(disk, freeBytes)
    const session = await runSession(directory)
    if (session.exitCode === 0) break
    expectFull(session)
    ended += 1
  }
  expect(ended).toBeGreaterThan(5)
  await expectUndisturbed(directory)
})
