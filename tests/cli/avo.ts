import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { afterAll, onTestFinished } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
export const MAIN = join(ROOT, 'src/cli/main.ts')
/** Half of the time that a short command takes goes into reading the program: Node remembers what it has read. */
const COMPILE_CACHE = join(ROOT, 'node_modules/.cache/avo-tests')
/** Where it keeps files for a moment: a process that is killed leaves them. */
const SCRATCH = mkdtempSync(join(tmpdir(), 'avo-cli-'))
afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }))

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
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

export interface StartOptions {
  readonly cwd?: string
  /** Added to an environment that has no home, no keys and no settings. */
  readonly env?: Readonly<Record<string, string>>
  /** For Node itself, before the program. */
  readonly nodeOptions?: readonly string[]
  /** Told each line of standard output as it comes. */
  readonly onLine?: (line: string, child: ChildProcess) => void
}

/** Starts avo in a process of its own, not on a terminal. It does not outlive the test. */
export function startAvo(
  args: readonly string[],
  { cwd, env, nodeOptions = [], onLine }: StartOptions = {},
): Started {
  const child = spawn(execPath, [...nodeOptions, MAIN, ...args], {
    cwd,
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      TMPDIR: SCRATCH,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [stdout, stderr, line] = ['', '', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const lines = `${line}${text}`.split('\n')
    line = lines.pop() ?? ''
    for (const whole of lines) onLine?.(whole, child)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }))
  })
  return { child, ended }
}

/** Runs avo to its end. */
export function avo(args: readonly string[], options?: StartOptions): Promise<Ended> {
  return startAvo(args, options).ended
}
