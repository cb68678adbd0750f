import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, cpSync, openSync, rmSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { KIT_DIRECTORY } from '../../src/scoring-kit/kit-directory.ts'
import { makeDirectory } from './run-scorer.ts'

const requestSchema = z.union([
  z.strictObject({
    start: z.string().regex(/^[a-z0-9-]{1,32}$/),
    argv: z.array(z.string()).min(1),
    env: z.record(z.string(), z.string()),
    memoryBytes: z.int().positive().optional(),
    timeoutSeconds: z.number().positive().optional(),
  }),
  z.strictObject({ stop: z.string() }),
])

/** A harness of the tests' own, as far as a scorer can tell. */
export interface Broker {
  /** For the scorer's `AVO_BROKER`. */
  readonly directory: string
  /** All requests so far. */
  readonly requests: readonly z.infer<typeof requestSchema>[]
  close(): void
}

/** How it starts candidates: not at all, or as plain processes. */
export type Isolation = 'broken' | 'none'

/** Starts candidates from a directory of files for whoever speaks to its named pipes, who may be told of it late. */
export function startBroker(candidateDirectory: string, isolation: Isolation, replyAfterMs = 0): Broker {
  const directory = makeDirectory()
  const copies = makeDirectory()
  const [requestPath, replyPath] = [join(directory, 'requests'), join(directory, 'replies')]
  execFileSync('mkfifo', [requestPath, replyPath])
  const replies = openSync(replyPath, constants.O_RDWR)
  const incoming = new Socket({ fd: openSync(requestPath, constants.O_RDWR | constants.O_NONBLOCK) })
  const requests: z.infer<typeof requestSchema>[] = []
  const running = new Map<string, ChildProcess>()
  const reply = (message: object): void => void writeSync(replies, `${JSON.stringify(message)}\n`)

  createInterface(incoming).on('line', (line) => {
    const request = requestSchema.parse(JSON.parse(line))
    requests.push(request)
    if ('stop' in request) killGroup(running.get(request.stop))
    else if (isolation === 'broken') reply({ failed: request.start, message: 'no user namespaces here' })
    else start(request.start, request.argv, request.env)
  })

  function start(session: string, argv: readonly string[], env: Readonly<Record<string, string>>): void {
    const copy = join(copies, session)
    cpSync(candidateDirectory, copy, { recursive: true })
    const own = join(directory, session)
    const paths = argv.map((part) =>
      part.replace('$KIT/', `${KIT_DIRECTORY}/`).replace('$CANDIDATE/', `${copy}/`),
    )
    const command = ['sh', '-c', `exec "$@" <${own}/in >${own}/out`, 'sh', ...paths]
    const [program = '', ...rest] = command
    const child = spawn(program, rest, {
      cwd: copy,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    })
    running.set(session, child)
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr = (stderr + chunk).slice(-4096)
    })
    child.once('spawn', () => setTimeout(() => reply({ started: session, pid: child.pid }), replyAfterMs))
    child.once('exit', (exitCode, signal) => {
      killGroup(child)
      setTimeout(() => reply({ ended: session, exitCode, signal, limit: null, stderr }), 20)
    })
  }

  return {
    directory,
    requests,
    close() {
      for (const child of running.values()) killGroup(child)
      incoming.destroy()
      closeSync(replies)
      for (const made of [directory, copies]) rmSync(made, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

function killGroup(child: ChildProcess | undefined): void {
  try {
    if (child?.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
