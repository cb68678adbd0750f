import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { AvoError } from '../errors.ts'
import { createCapturedOutput } from './captured-output.ts'
import { childEnvironment } from './child-environment.ts'
import { OWNER_VARIABLE, watchLeftoverProcesses } from './leftover-processes.ts'
import { openOutputFile } from './output-file.ts'
import type { Command, Execution, Sandbox } from './sandbox.ts'

const DEFAULT_MAX_OUTPUT_BYTES = 64 * 1024
/** From the polite signal at the time limit to the one that can't be refused. */
const GRACE_MS = 1_000
/** How long a pipe may stay open once everything that is known to write to it is dead. */
const DRAIN_MS = 500
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Commands as plain processes of this machine, each in a process group of its own: no isolation of files or network,
 * but a clean environment, limits on time and output, and nothing that outlives its command. What a harness that was
 * killed leaves behind is known by its `owner`, and `endOrphans` ends it.
 */
export function createProcessSandbox(owner = ''): Sandbox {
  return { name: 'process', exec: (command, signal) => exec(command, owner, signal) }
}

async function exec(command: Command, owner: string, signal: AbortSignal): Promise<Execution> {
  signal.throwIfAborted()
  const [program, ...args] = command.argv
  const leftovers = watchLeftoverProcesses()
  const startedAt = performance.now()
  const subprocess = execa(program, args, {
    cwd: command.cwd,
    env: { ...childEnvironment(command.env), ...leftovers.env, [OWNER_VARIABLE]: owner },
    extendEnv: false,
    ...(command.stdin === undefined ? { stdin: 'ignore' } : { input: command.stdin }),
    buffer: false,
    encoding: 'buffer',
    reject: false,
    killDescendants: true,
    killSignal: 'SIGKILL',
    cancelSignal: signal,
  })
  if (subprocess.pid === undefined) {
    const { code, originalMessage } = await subprocess
    return toFailedStart(command, code, originalMessage ?? '')
  }

  const maxOutputBytes = command.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES
  const stdout = createCapturedOutput(maxOutputBytes)
  const output = createCapturedOutput(maxOutputBytes)
  const outputFile = openOutputFile(command.outputFile)
  subprocess.stdout.on('data', (chunk: Buffer) => stdout.write(chunk))
  for (const stream of [subprocess.stdout, subprocess.stderr])
    stream.on('data', (chunk: Buffer) => {
      output.write(chunk)
      outputFile.write(chunk)
    })

  const timer = startTimer(command.timeoutSeconds, (force) => subprocess.kill(force ? 'SIGKILL' : 'SIGTERM'))
  // 'exit', not the end of the output: a child of the command's may hold the pipes open for ever.
  await new Promise((resolve) => subprocess.nodeChildProcess.once('exit', resolve))
  timer.stop()
  const durationMs = performance.now() - startedAt

  subprocess.kill('SIGKILL')
  await leftovers.end()
  await drain([subprocess.stdout, subprocess.stderr])
  const result = await subprocess
  outputFile.close()
  signal.throwIfAborted()
  return {
    exitCode: result.exitCode ?? null,
    signal: result.signal ?? null,
    timedOut: timer.isOver(),
    stdout: stdout.toText(),
    output: output.toText(),
    omittedBytes: output.omittedBytes,
    durationMs,
  }
}

/** Asks the command to end at its time limit, and makes it end a moment later. */
function startTimer(timeoutSeconds: number, end: (force: boolean) => void) {
  let over = false
  let timer = setTimeout(
    () => {
      over = true
      end(false)
      timer = setTimeout(() => end(true), GRACE_MS)
    },
    Math.min(timeoutSeconds * 1000, LONGEST_TIMER_MS),
  )
  return { stop: () => clearTimeout(timer), isOver: () => over }
}

/** Reads what is left in the pipes. Normally that takes no time: everything that could write to them is dead. */
async function drain(streams: readonly Readable[]): Promise<void> {
  const patience = new AbortController()
  const closed = Promise.all(streams.map((stream) => stream.closed || once(stream, 'close')))
  await Promise.race([closed, delay(DRAIN_MS, undefined, { signal: patience.signal })])
  patience.abort()
  for (const stream of streams) stream.destroy()
}

/** A program that isn't there or can't be run is the command's failure, as it is in a shell; anything else is ours. */
function toFailedStart(command: Command, code: string | undefined, message: string): Execution {
  if (!existsSync(command.cwd))
    throw new AvoError('sandbox', `there is no directory ${command.cwd} to run ${command.argv[0]} in`)
  const isOurs = code === 'EMFILE' || code === 'ENFILE' || code === 'EAGAIN' || code === 'ENOMEM'
  if (isOurs)
    throw new AvoError(
      'sandbox',
      `can't start ${command.argv[0]}: ${message}`,
      'The machine is out of processes, open files or memory.',
    )
  // A directory of the PATH that can't be read makes EACCES of a program that is in none of them.
  const isMissing =
    code === 'ENOENT' || code === 'ENOTDIR' || (code === 'EACCES' && !command.argv[0].includes('/'))
  const exitCode = isMissing ? 127 : 126
  const output = `${command.argv[0]}: ${isMissing ? 'program not found' : message}\n`
  return { exitCode, signal: null, timedOut: false, stdout: '', output, omittedBytes: 0, durationMs: 0 }
}
