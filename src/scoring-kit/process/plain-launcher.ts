import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { CandidateFailure, SandboxFailure } from '../failure.ts'
import { KIT_DIRECTORY } from '../kit-directory.ts'
import { describeBuild } from './describe-build.ts'
import type { Build, CandidateEnd, Launcher } from './launcher.ts'
import { describeMissing } from './missing-programs.ts'
import { removeTree } from './remove-tree.ts'

const MAX_STDERR_CHARACTERS = 4096
const MAX_BUILD_CHARACTERS = 256 * 1024
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
  let built: Promise<string> | null = null

  function endAll(): void {
    for (const child of running) killGroup(child)
    removeTree(directory)
  }
  function endBySignal(): void {
    process.exit(130)
  }
  process.once('exit', endAll)
  for (const signal of SIGNALS) process.once(signal, endBySignal)

  function copyFiles(from: string, name: string): string {
    const copy = join(directory, name)
    cpSync(from, copy, { recursive: true, verbatimSymlinks: true })
    return copy
  }

  async function run(argv: readonly string[], cwd: string, output: 'ignore' | 'pipe') {
    const [program = '', ...args] = argv
    const child = spawn(program, args, {
      cwd,
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !WITHHELD.test(name))),
      stdio: ['ignore', output, 'pipe'],
      detached: true,
    })
    const ended = watch(child, output === 'pipe' ? MAX_BUILD_CHARACTERS : MAX_STDERR_CHARACTERS)
    running.add(child)
    ended.then(() => running.delete(child))
    await Promise.race([
      new Promise((resolve) => child.once('spawn', resolve)),
      new Promise((_, reject) => child.once('error', ({ message }) => reject(new SandboxFailure(message)))),
    ])
    return { child, ended }
  }

  /** The directory with the candidate's files as the build left them. */
  async function build({ argv, timeoutSeconds }: Build): Promise<string> {
    demandPrograms(argv[0].includes('/') ? [] : [[argv[0]]])
    const copy = copyFiles(candidateDirectory, 'built-files')
    const { child, ended } = await run(argv, copy, 'pipe')
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      killGroup(child)
    }, timeoutSeconds * 1000)
    const { exitCode, signal, printed } = await ended
    clearTimeout(timer)
    if (exitCode === 0) return copy
    const end = { exitCode, signal, limit: isLate ? 'time' : null, output: printed }
    const { summary, words } = describeBuild(argv, end, copy)
    throw new CandidateFailure(`it can't be built: ${summary}`, words)
  }

  return {
    directory,
    async start({ session, argv, build: wanted, needs = [] }) {
      demandPrograms(needs)
      if (wanted !== undefined) built ??= build(wanted)
      const files = wanted === undefined ? candidateDirectory : await built
      const copy = copyFiles(files ?? candidateDirectory, `${session}-files`)
      const pipes = ['in', 'out'].map((name) => join(directory, session, name))
      const shell = ['sh', '-c', 'from=$1 to=$2; shift 2; exec "$@" <"$from" >"$to"', 'sh', ...pipes]
      const words = argv.map((part) => withPaths(part, copy))
      const { child, ended } = await run([...shell, ...words], copy, 'ignore')
      return {
        ended: ended.then(({ printed: stderr, ...end }) => ({ ...end, limit: null, stderr })),
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

function demandPrograms(needs: readonly (readonly string[])[]): void {
  const missing = needs.filter((names) => !names.some(isProgram))
  if (missing.length === 0) return
  const { message, hint } = describeMissing(missing)
  throw new SandboxFailure(`${message}. ${hint}`)
}

function isProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function withPaths(part: string, copy: string): string {
  return part.replace(/^\$KIT\//, `${KIT_DIRECTORY}/`).replace(/^\$CANDIDATE\//, `${copy}/`)
}

/** What the process left behind in its group dies with it, also when it ends by itself. */
function watch(
  child: ChildProcess,
  maxCharacters: number,
): Promise<Pick<CandidateEnd, 'exitCode' | 'signal'> & { readonly printed: string }> {
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      printed = (printed + text).slice(-maxCharacters)
    })
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => {
      killGroup(child)
      const finish = () => resolve({ exitCode, signal, printed })
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
