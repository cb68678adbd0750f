import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { SandboxFailure } from '../failure.ts'
import { KIT_DIRECTORY } from '../kit-directory.ts'
import type { CandidateEnd, Launcher } from './launcher.ts'
import { removeTree } from './remove-tree.ts'

const MAX_STDERR_CHARACTERS = 4096
/** How long stderr is waited for once the candidate's process is dead; what it left behind may hold it open. */
const DRAIN_MS = 200
/** `AVO_EXEC_ID` marks the processes that an evaluation has to end. */
const WITHHELD = /^AVO_(?!EXEC_ID$)|KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH/i
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Starts candidates as plain child processes, for a scorer that is run by hand or by another harness: each gets a copy of
 * its files, an environment without secrets and a process group, and nothing else keeps it from the person's files.
 */
export function createPlainLauncher(candidateDirectory: string): Launcher {
  process.stderr.write('avo/scoring: no sandbox here: the candidate runs as a plain process of yours\n')
  const directory = mkdtempSync(join(tmpdir(), 'avo-scoring-'))
  const running = new Set<ChildProcess>()

  function endAll(): void {
    for (const child of running) killGroup(child)
    removeTree(directory)
  }
  function endBySignal(): void {
    process.exit(130)
  }
  process.once('exit', endAll)
  for (const signal of SIGNALS) process.once(signal, endBySignal)

  return {
    directory,
    async start({ session, argv }) {
      const copy = join(directory, `${session}-files`)
      cpSync(candidateDirectory, copy, { recursive: true, verbatimSymlinks: true })
      const pipes = ['in', 'out'].map((name) => join(directory, session, name))
      const shell = ['-c', 'from=$1 to=$2; shift 2; exec "$@" <"$from" >"$to"', 'sh', ...pipes]
      const child = spawn('sh', [...shell, ...argv.map((part) => withPaths(part, copy))], {
        cwd: copy,
        env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !WITHHELD.test(name))),
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      })
      const ended = watch(child)
      running.add(child)
      ended.then(() => running.delete(child))
      await Promise.race([
        new Promise((resolve) => child.once('spawn', resolve)),
        new Promise((_, reject) => child.once('error', ({ message }) => reject(new SandboxFailure(message)))),
      ])
      return {
        ended,
        async stop() {
          killGroup(child)
          await ended
          removeTree(copy)
        },
      }
    },
    async close() {
      process.off('exit', endAll)
      for (const signal of SIGNALS) process.off(signal, endBySignal)
      endAll()
    },
  }
}

function withPaths(part: string, copy: string): string {
  return part.replace(/^\$KIT\//, `${KIT_DIRECTORY}/`).replace(/^\$CANDIDATE\//, `${copy}/`)
}

/** What the process left behind in its group dies with it, also when it ends by itself. */
function watch(child: ChildProcess): Promise<CandidateEnd> {
  let stderr = ''
  child.stderr?.on('data', (text) => {
    stderr = (stderr + text).slice(-MAX_STDERR_CHARACTERS)
  })
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => {
      killGroup(child)
      const finish = () => resolve({ exitCode, signal, limit: null, stderr })
      const timer = setTimeout(finish, DRAIN_MS)
      child.once('close', () => {
        clearTimeout(timer)
        finish()
      })
      child.once('close', () => child.stderr?.destroy())
    })
  })
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // All of it is gone already.
  }
}
