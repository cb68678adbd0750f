import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeBackends } from './backends.ts'
import { describeSandbox } from './describe-sandbox.ts'

await describeBackends('what every sandbox does', ['bubblewrap'], describeSandbox, { processes: 500 })

await describeBackends('what only it does', ['bubblewrap'], ({ sandbox, directory }) => {
  // A kernel with Yama refuses what the script tries, and it says so.
  test.runIf(process.arch === 'x64')('no command can pass for a failure of the sandbox', async () => {
    const script = readFileSync(join(import.meta.dirname, 'end-first-process.py'), 'utf8')
    const argv = ['python3', '-c', script] as const
    const execution = await sandbox.exec(
      { argv, cwd: directory, timeoutSeconds: 30 },
      AbortSignal.timeout(60_000),
    )
    expect(execution.limit).toBeNull()
    expect(execution.exitCode).toBeOneOf([1, 3])
  })
})
