import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')

/** How the program ended, and what it printed. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The program while it runs. */
export interface Started {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

export interface StartOptions {
  readonly cwd?: string
  /** Added to an environment that has no home, no keys and no settings. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts avo in a process of its own, not on a terminal. It does not outlive the test. */
export function startAvo(args: readonly string[], { cwd, env }: StartOptions = {}): Started {
  const child = spawn(execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = new Promise<Pick<Ended, 'exitCode' | 'signal'>>((resolve) => {
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(
    ([how, stdout, stderr]): Ended => ({ ...how, stdout, stderr }),
  )
  return { process: child, ended }
}

/** Runs avo to its end. */
export function avo(args: readonly string[], options?: StartOptions): Promise<Ended> {
  return startAvo(args, options).ended
}
