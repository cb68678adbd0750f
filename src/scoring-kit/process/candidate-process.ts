import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { FrameMistake, packFrame, unpackFrame } from '../channel/frame.ts'
import { openLargeFiles } from '../channel/large-file.ts'
import { openPipes, type ReceivedBytes } from '../channel/pipes.ts'
import { NotPlainData } from '../channel/plain-data.ts'
import { CandidateFailure } from '../failure.ts'
import { describeEnd, describeFailure } from './describe-failure.ts'
import type { Launcher } from './launcher.ts'
import { type Program, toArgv } from './program.ts'
import { removeTree } from './remove-tree.ts'

/** How long a process that no longer writes may take to be reported as ended. */
const END_PATIENCE_MS = 1_000
/** How long what a process wrote before it ended may take to arrive. */
const LAST_WORDS_MS = 50

/** What a candidate may take. */
export interface CandidateLimits {
  readonly timeoutSeconds: number
  readonly startTimeoutSeconds: number
  readonly maxOutputBytes: number
  readonly memoryBytes?: number | undefined
}

/** What a candidate answered, and the seconds from the first byte sent to the last byte received. */
export interface Answer {
  readonly output: unknown
  readonly seconds: number
}

/** A candidate in its own process that has loaded and waits. Whatever it does wrong is a `CandidateFailure`. */
export interface CandidateProcess {
  /** `keepsArgument`: it will be asked for. */
  call(input: unknown, keepsArgument?: boolean): Promise<Answer>
  /** The argument of the last call as it is now. */
  readArgument(): Promise<unknown>
  /** What an echo answers from now on. */
  setEcho(output: unknown): Promise<void>
  stop(): Promise<void>
}

/** A candidate that is built has as long for it as for getting ready. */
function toBuild(program: Program, { startTimeoutSeconds }: CandidateLimits) {
  const argv = 'build' in program ? program.build : undefined
  return argv === undefined ? undefined : { argv, timeoutSeconds: startTimeoutSeconds }
}

/** Starts a program in a session of its own and waits until it has loaded. Throws `CandidateFailure` and `SandboxFailure`. */
export async function startCandidate(
  launcher: Launcher,
  program: Program,
  limits: CandidateLimits,
  needs: readonly (readonly string[])[] = [],
): Promise<CandidateProcess> {
  // A name that says nothing: the candidate sees it.
  const session = `c${randomBytes(6).toString('hex')}`
  const directory = join(launcher.directory, session)
  mkdirSync(directory, { mode: 0o700 })
  const pipes = openPipes(directory)
  const files = openLargeFiles(directory, join(launcher.directory, 'staging'))
  const argv = toArgv(program, join(directory, 'data'))
  const launched = await launcher
    .start({ session, argv, needs, memoryBytes: limits.memoryBytes, build: toBuild(program, limits) })
    .catch((error: unknown) => {
      close()
      removeTree(directory)
      throw error
    })
  try {
    const ready = await receive(limits.startTimeoutSeconds, 'it was not ready within')
    await unpack(ready, 'ready')
    pipes.leaveToCandidate()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    call: (input, keepsArgument = false) => exchange('call', input, keepsArgument),
    readArgument: async () => (await exchange('argument', null)).output,
    async setEcho(output) {
      await exchange('echo', output)
    },
    stop,
  }

  async function exchange(operation: string, value: unknown, keep = false): Promise<Answer> {
    if (!pipes.isQuiet()) throw new CandidateFailure('it wrote to the channel without having been asked')
    const id = randomUUID()
    const packed = packFrame({ id, operation, keep }, value)
    const staged = files.stage(packed)
    files.prepareLanding()
    const reply = receive(limits.timeoutSeconds, 'no answer within')
    const startedAt = performance.now()
    try {
      staged?.deliver()
    } catch {
      reply.catch(() => {})
      throw new CandidateFailure('it has put something where its input belongs')
    }
    pipes.send(packed.bytes)
    const received = await reply
    const { value: output, endedAt } = await unpack(received, id)
    staged?.withdraw()
    return { output, seconds: (endedAt - startedAt) / 1000 }
  }

  async function receive(seconds: number, late: string): Promise<ReceivedBytes> {
    const over = new AbortController()
    const { signal } = over
    const tooLate = delay(seconds * 1000, null, { signal })
    const gone = launched.ended.then(() => delay(LAST_WORDS_MS, null, { signal }))
    for (const loser of [tooLate, gone]) loser.catch(() => {})
    try {
      const received = await Promise.race([
        pipes.receive(limits.maxOutputBytes),
        tooLate.then(() => {
          throw new CandidateFailure(`${late} ${seconds} s`)
        }),
        gone.then(async () => {
          throw describeEnd(await launched.ended)
        }),
      ])
      return received
    } catch (error) {
      throw await explain(error)
    } finally {
      over.abort()
    }
  }

  /** What was received, and when the last byte of it was out of the candidate's reach. */
  async function unpack(received: ReceivedBytes, id: string) {
    try {
      const { sizes, header, body, at } = received
      const file = files.readOutput(sizes.file)
      const endedAt = sizes.file > 0 ? performance.now() : at
      const { fields, value } = unpackFrame(header, body, file)
      if (fields['id'] !== id) throw new FrameMistake('an answer to something that was not asked')
      if (fields['failed'] !== undefined) throw describeFailure(fields['failed'])
      return { value, endedAt }
    } catch (error) {
      throw await explain(error)
    }
  }

  async function explain(error: unknown): Promise<unknown> {
    if (error instanceof NotPlainData)
      return new CandidateFailure(`its output is not plain data: ${error.message}`)
    if (!(error instanceof FrameMistake)) return error
    // A channel that closes is as a rule that of a process that just ended, which is the better explanation.
    const end = await Promise.race([launched.ended, delay(END_PATIENCE_MS, null, { ref: false })])
    return end === null
      ? new CandidateFailure(`something else than an answer came over its channel: ${error.message}`)
      : describeEnd(end)
  }

  function close(): void {
    pipes.close()
    files.close()
  }

  async function stop(): Promise<void> {
    close()
    await launched.stop()
    removeTree(directory)
  }
}
