import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { toEnd } from './exit-status.ts'
import { cannotEnd } from './family.ts'
import { keepPrinted } from './printed-output.ts'
import { killProcess } from './process-table.ts'
import type { Program } from './program.ts'
import type { Command, Execution, LimitKind } from './sandbox.ts'
import { startProgram } from './start-program.ts'

/** Between two looks at what a command uses. */
const WATCH_MS = 50
/** How long a sandbox may take to end what it was told to end. */
const PATIENCE_MS = 10_000
/** How long a pipe may stay open once everything that is known to write to it is dead. */
const DRAIN_MS = 500
const LONGEST_TIMER_MS = 2 ** 31 - 1

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
  const { id, stdout, stderr, report, exited } = await startProgram(program, command)
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

/** A group that is gone is no error. */
function killGroup(id: number): void {
  killProcess(-id)
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
