import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CandidateFailure, SandboxFailure } from '../failure.ts'
import type { CandidateEnd, Launcher } from './launcher.ts'

/** How long a sandbox may take to start, and to kill what is in it. */
const PATIENCE_MS = 60_000

/** A session as this side of the pipes knows it. */
interface Session {
  onStarted(): void
  onFailed(message: string): void
  onUnbuilt(failure: CandidateFailure): void
  onEnded(end: CandidateEnd): void
}

/**
 * Has the harness start candidates, each in a sandbox of its own beside the scorer's: requests and replies are lines of JSON
 * over two named pipes in the directory that `AVO_BROKER` names.
 */
export function createBrokerLauncher(directory: string): Launcher {
  // Opened for both directions, a named pipe can be opened before the other side has.
  const requests = openSync(join(directory, 'requests'), constants.O_RDWR)
  const replies = new Socket({
    fd: openSync(join(directory, 'replies'), constants.O_RDWR | constants.O_NONBLOCK),
  })
  const sessions = new Map<string, Session>()
  const lines = createInterface(replies)
  lines.on('line', (line) => {
    const { started, failed, unbuilt, ended, ...rest } = parseReply(line)
    sessions.get(String(started))?.onStarted()
    sessions.get(String(failed))?.onFailed(String(rest['message'] ?? 'it does not say why'))
    sessions.get(String(unbuilt))?.onUnbuilt(toBuildFailure(rest))
    sessions.get(String(ended))?.onEnded(toEnd(rest))
  })

  function send(request: Readonly<Record<string, unknown>>): void {
    writeSync(requests, `${JSON.stringify(request)}\n`)
  }

  return {
    directory,
    async start({ session, argv, memoryBytes, build, needs = [] }) {
      let isOver = false
      const started = Promise.withResolvers<void>()
      const ended = Promise.withResolvers<CandidateEnd>()
      sessions.set(session, {
        onStarted: started.resolve,
        // Also what seemed to have started may turn out not to have.
        onFailed(message) {
          isOver = true
          for (const awaited of [started, ended]) awaited.reject(new SandboxFailure(message))
        },
        onUnbuilt(failure) {
          isOver = true
          for (const awaited of [started, ended]) awaited.reject(failure)
        },
        onEnded(end) {
          isOver = true
          started.resolve()
          ended.resolve(end)
        },
      })
      ended.promise.catch(() => {})
      send({
        start: session,
        argv,
        env: {},
        ...(memoryBytes === undefined ? {} : { memoryBytes }),
        ...(build === undefined ? {} : { build }),
        ...(needs.length === 0 ? {} : { needs }),
      })
      const patienceMs = PATIENCE_MS + 1000 * (build?.timeoutSeconds ?? 0)
      await within(patienceMs, started.promise, `session ${session} was asked for and not started`)
      return {
        ended: ended.promise,
        async stop() {
          if (isOver) return
          send({ stop: session })
          await within(PATIENCE_MS, ended.promise, `session ${session} was told to stop and did not`)
        },
      }
    },
    async close() {
      lines.close()
      replies.destroy()
      closeSync(requests)
    },
  }
}

function parseReply(line: string): Record<string, unknown> {
  const reply: unknown = JSON.parse(line)
  return typeof reply === 'object' && reply !== null ? { ...reply } : {}
}

function toBuildFailure({ summary, words }: Record<string, unknown>): CandidateFailure {
  return new CandidateFailure(`it can't be built: ${summary}`, typeof words === 'string' ? words : '')
}

function toEnd({ exitCode, signal, limit, stderr }: Record<string, unknown>): CandidateEnd {
  return {
    exitCode: typeof exitCode === 'number' ? exitCode : null,
    signal: typeof signal === 'string' ? signal : null,
    limit: typeof limit === 'string' ? limit : null,
    stderr: typeof stderr === 'string' ? stderr : '',
  }
}

async function within(ms: number, awaited: Promise<unknown>, otherwise: string): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new SandboxFailure(otherwise)), ms)
  try {
    await Promise.race([awaited, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
