import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { AvoError, toMessage } from '../errors.ts'
import { cannotEnd, type Family } from './family.ts'
import { shutInherited } from './inherited-descriptors.ts'
import { type ReservedStatuses, standIns } from './launcher.ts'
import { keepPrinted } from './printed-output.ts'
import { killProcess } from './process-table.ts'
import type { Command, Execution, LimitKind } from './sandbox.ts'

/** Between two looks at what a command uses. */
const WATCH_MS = 50
/** How long a sandbox may take to end what it was told to end. */
const PATIENCE_MS = 10_000
/** How long a pipe may stay open once everything that is known to write to it is dead. */
const DRAIN_MS = 500
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** How a sandbox starts a command and makes an end of it. */
export interface Program {
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  /** What it reads from its descriptors 3 and up. */
  readonly instructions?: readonly (string | Uint8Array)[]
  /** Where the program is not the command but runs it (see `launchAsChild`). */
  readonly wrapper?: {
    readonly reserved: ReservedStatuses
    /** What the person can do about a failure. */
    readonly hint: string
    /**
     * Matches what it writes to the descriptor behind its instructions when the command has run: then no failure is its own,
     * whatever a command did to the shell that runs it. Without it, a status alone must do.
     */
    readonly hasRun?: RegExp
  }
  /** Whose memory and processes count; it is ended with the program. */
  readonly family: Family
  /** Ends the command and all that it started, at once. `killGroup` sends SIGKILL to the program's process group. */
  kill(id: number, killGroup: () => void): void
}

/**
 * Runs a program within a command's limits on time, memory, processes and output. Throws on abort, and an `AvoError`
 * `sandbox` where the program can't be started, can't be ended, or can't run the command.
 */
export async function runProgram(
  program: Program,
  command: Command,
  signal: AbortSignal,
): Promise<Execution> {
  signal.throwIfAborted()
  const { family } = program
  const startedAt = performance.now()
  const { id, stdout, stderr, report, exited } = await start(program, command)
  family.admit(id)
  const ending = createEnding(id, () => program.kill(id, () => killGroup(id)))
  let reported = ''
  report?.on('data', (chunk: Buffer) => {
    reported += chunk
  })
  const printed = keepPrinted(stdout, stderr, command, () => ending.begin('output'))
  const timeoutMs = Math.min(command.timeoutSeconds * 1000, LONGEST_TIMER_MS)
  const timer = setTimeout(() => ending.begin('time'), timeoutMs)
  const watch = setInterval(() => {
    const excess = family.findExcess()
    if (excess !== null) ending.begin(excess)
  }, WATCH_MS)
  const abort = (): void => ending.begin('abort')
  signal.addEventListener('abort', abort)
  try {
    // The exit, not the end of the output: a child of the command's may hold the pipes open for ever.
    await ending.orElse(exited)
  } finally {
    clearTimeout(timer)
    clearInterval(watch)
    signal.removeEventListener('abort', abort)
  }
  const durationMs = performance.now() - startedAt

  killGroup(id)
  await family.end()
  await drain([stdout, stderr, ...(report === null ? [] : [report])])
  printed.close()
  signal.throwIfAborted()
  const texts = printed.toTexts()
  const end = toEnd({ ...(await exited), limit: ending.limit() }, program, texts.output, reported)
  return { ...end, ...texts, durationMs }
}

/** A program that has started, in a process group of its own. */
interface Started {
  readonly id: number
  readonly stdout: Readable
  readonly stderr: Readable
  /** What it says about the command, where it says something. */
  readonly report: Readable | null
  readonly exited: Promise<Pick<Execution, 'exitCode' | 'signal'>>
}

async function start(
  { argv, env, family, wrapper, instructions = [] }: Program,
  { cwd, argv: [name], stdin }: Command,
): Promise<Started> {
  const [file, ...args] = argv
  if (!existsSync(cwd)) throw new AvoError('sandbox', `there is no directory ${cwd} to run ${name} in`)
  const standard = [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] as const
  const extra = [...instructions, ...(wrapper?.hasRun ? ['report'] : [])].map(() => 'pipe' as const)
  const child = spawn(file, args, {
    cwd,
    env: { ...env, ...family.env },
    stdio: [...standard, ...extra, ...shutInherited(standard.length + extra.length)],
    detached: true,
  })
  const { pid, stdout, stderr } = child
  if (pid === undefined || stdout === null || stderr === null) {
    const [error] = await once(child, 'error')
    throw cannotStart(file, toMessage(error))
  }
  if (stdin !== undefined) give(child.stdin, stdin)
  for (const [index, text] of instructions.entries()) give(child.stdio.at(standard.length + index), text)
  const last = wrapper?.hasRun ? child.stdio.at(standard.length + instructions.length) : null
  const report = last instanceof Readable ? last : null
  const exited = new Promise<Pick<Execution, 'exitCode' | 'signal'>>((resolve) =>
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal })),
  )
  return { id: pid, stdout, stderr, report, exited }
}

/** A group that is gone is no error. */
function killGroup(id: number): void {
  killProcess(-id)
}

/** A program that ends without reading what it is given is no error. */
function give(stream: unknown, content: string | Uint8Array): void {
  if (stream instanceof Writable) stream.on('error', () => {}).end(content)
}

function cannotStart(file: string, message: string): AvoError {
  return new AvoError(
    'sandbox',
    `can't start ${file}: ${message}`,
    'Is it installed, and has the machine processes, open files and memory left?',
  )
}

/** Ends a command once, whoever asks first, and knows why. */
function createEnding(id: number, kill: () => void) {
  let reason: LimitKind | 'abort' | null = null
  let patience: NodeJS.Timeout | undefined
  const refused = Promise.withResolvers<never>()
  return {
    begin(why: LimitKind | 'abort'): void {
      if (reason !== null) return
      reason = why
      patience = setTimeout(() => refused.reject(cannotEnd([id])), PATIENCE_MS)
      kill()
    },
    limit: (): LimitKind | null => (reason === 'abort' ? null : reason),
    /** Waits for what is expected to happen; throws where it doesn't happen though it was asked for. */
    async orElse(expected: Promise<unknown>): Promise<void> {
      try {
        await Promise.race([expected, refused.promise])
      } finally {
        clearTimeout(patience)
      }
    },
  }
}

/** Reads what is left in the pipes. Normally that takes no time: everything that could write to them is dead. */
async function drain(streams: readonly Readable[]): Promise<void> {
  const patience = new AbortController()
  const closed = Promise.all(streams.map((stream) => stream.closed || once(stream, 'close')))
  await Promise.race([closed, delay(DRAIN_MS, undefined, { signal: patience.signal })])
  patience.abort()
  for (const stream of streams) stream.destroy()
}

type End = Pick<Execution, 'exitCode' | 'signal' | 'limit'>

/** How the command ended, from how the program did. */
function toEnd(end: End, { argv: [file], wrapper }: Program, output: string, reported: string): End {
  const { exitCode, signal, limit } = end
  if (limit !== null) return { exitCode: null, signal: null, limit }
  if (wrapper === undefined || exitCode === null) return withLimit({ exitCode, signal })
  const said = wrapper.reserved[exitCode]
  if (said === 'failure' && !wrapper.hasRun?.test(reported))
    throw new AvoError('sandbox', `${file} can't run anything: ${output.trim()}`, wrapper.hint)
  if (said !== undefined && said !== 'failure') return { exitCode: null, signal: null, limit: said }
  const named = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)
  if (named !== undefined) return withLimit({ exitCode: null, signal: named[0] })
  return withLimit({ exitCode: standIns(wrapper.reserved).get(exitCode) ?? exitCode, signal })
}

/** The kernel tells a limit on files by a signal. */
function withLimit({ exitCode, signal }: Omit<End, 'limit'>): End {
  return signal === 'SIGXFSZ'
    ? { exitCode: null, signal: null, limit: 'file-size' }
    : { exitCode, signal, limit: null }
}
