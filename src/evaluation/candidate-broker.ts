import { constants } from 'node:fs'
import { lstat, mkdtemp, open } from 'node:fs/promises'
import { join } from 'node:path'
import { AvoError, toMessage } from '../errors.ts'
import { removeTree } from '../sandbox/remove-tree.ts'
import type { Execution, Sandbox } from '../sandbox/sandbox.ts'
import { type BrokerReply, parseRequest, type StartRequest } from './broker-protocol.ts'
import type { BuildCache, BuildFailure } from './build-cache.ts'
import { createCandidateBuilder } from './candidate-builder.ts'
import { type LinePipes, openLinePipes } from './line-pipes.ts'
import { demandPrograms } from './needed-programs.ts'

/** Candidates that one evaluation may have at a time. */
const MAX_SESSIONS = 16
const MAX_STDERR_BYTES = 4 * 1024

/**
 * Whoever wrote the request also owns the directory, and could put a link in its place to have something else shown to the
 * candidate. What is shown is therefore looked at from within, where it can't change any more.
 */
const START = `[ "$(stat ${process.platform === 'darwin' ? '-f' : '-c'} %d:%i "$2")" = "$1" ] || exit 126
in=$2/in out=$2/out; shift 2; exec "$@" <"$in" >"$out"`

/** What a broker starts candidates with. */
export interface BrokerOptions {
  /** Where the scorer finds the pipes and makes the sessions' directories; exists. */
  readonly directory: string
  /** Where the candidates' copies are made. */
  readonly copies: string
  readonly sandbox: Sandbox
  /** Writes the candidate's files into an empty directory. */
  readonly provide: (directory: string) => Promise<void>
  /** Where candidates that are built are kept. */
  readonly builds: BuildCache
  /** Which scorer asks. */
  readonly scorer: string
  /** `$KIT` in requests. */
  readonly kitDirectory: string
  /** What candidates may read besides, `$KIT` included. */
  readonly readable: readonly string[]
  /** The most that a request may ask for. */
  readonly timeoutSeconds: number
}

/**
 * Starts candidates for a scorer, each in a sandbox of its own beside the scorer's. What scorer and candidate say to each
 * other goes through named pipes that the harness never opens.
 */
export interface CandidateBroker {
  /** Ends every candidate; when it returns, nothing of them is alive. Throws the `AvoError` of a sandbox that failed. */
  close(): Promise<void>
}

/** Opens a broker for one evaluation. Throws an `AvoError` `sandbox` where there can't be one. */
export async function openCandidateBroker(options: BrokerOptions): Promise<CandidateBroker> {
  const { directory } = options
  const build = createCandidateBuilder(options)
  const sessions = new Map<string, { readonly stop: AbortController; readonly over: Promise<void> }>()
  let failure: AvoError | null = null
  let isClosing = false
  const pipes: LinePipes = await openLinePipes(join(directory, 'requests'), join(directory, 'replies'), hear)

  function reply(message: BrokerReply): void {
    pipes.say(JSON.stringify(message))
  }

  function hear(line: string): void {
    if (isClosing) return
    const request = parseRequest(line)
    if (request === null) reply({ failed: '', message: `not a request: ${line.slice(0, 200)}` })
    else if ('stop' in request) sessions.get(request.stop)?.stop.abort()
    else begin(request)
  }

  function findObstacle(session: string): string | null {
    if (sessions.has(session)) return 'a session of this name is running'
    return sessions.size < MAX_SESSIONS ? null : `more than ${MAX_SESSIONS} sessions at a time`
  }

  function begin(request: StartRequest): void {
    const { start: session } = request
    const obstacle = findObstacle(session)
    if (obstacle !== null) {
      reply({ failed: session, message: obstacle })
      return
    }
    const stop = new AbortController()
    let hasStarted = false
    const onStart = (): void => {
      hasStarted = true
      reply({ started: session })
    }
    const over = run(request, options, build, stop.signal, onStart)
      .then(
        (execution) => {
          if ('summary' in execution) {
            reply({ unbuilt: session, ...execution })
            return STOPPED
          }
          const { exitCode, signal, limit, output } = execution
          const stderr = Buffer.from(output).subarray(-MAX_STDERR_BYTES).toString()
          return { exitCode, signal, limit, stderr }
        },
        (error: unknown) => {
          if (stop.signal.aborted) return STOPPED
          if (error instanceof AvoError) failure = error
          reply({ failed: session, message: toMessage(error) })
          return { ...STOPPED, stderr: toMessage(error) }
        },
      )
      .then((end) => {
        sessions.delete(session)
        // Who was told of a start waits for an end.
        if (hasStarted) reply({ ended: session, ...end })
      })
    sessions.set(session, { stop, over })
  }

  return {
    async close() {
      isClosing = true
      const open = [...sessions.values()]
      for (const { stop } of open) stop.abort()
      await Promise.all(open.map(({ over }) => over))
      pipes.close()
      if (failure !== null) throw failure
    },
  }
}

const STOPPED = { exitCode: null, signal: 'SIGKILL', limit: null, stderr: '' } as const

async function run(
  request: StartRequest,
  options: BrokerOptions,
  build: ReturnType<typeof createCandidateBuilder>,
  signal: AbortSignal,
  onStart: () => void,
): Promise<Execution | (BuildFailure & object)> {
  const { start: session, argv, env, memoryBytes, timeoutSeconds } = request
  const { sandbox, kitDirectory, readable } = options
  const directory = join(options.directory, session)
  const identity = await identify(directory)
  const copy = await mkdtemp(join(options.copies, 'candidate-'))
  try {
    await demandPrograms(request.needs, sandbox, copy, signal)
    const failure = request.build === undefined ? null : await build(request.build, copy, signal)
    if (failure !== null) return failure
    if (request.build === undefined) await options.provide(copy)
    const places = { '$CANDIDATE/': `${copy}/`, '$KIT/': `${kitDirectory}/` }
    const words = argv.map((word) => replaceStart(word, places))
    onStart()
    return await sandbox.exec(
      {
        argv: ['/bin/sh', '-c', START, 'avo', identity, directory, ...words],
        cwd: copy,
        env,
        view: { read: readable, write: [copy, directory] },
        timeoutSeconds: Math.min(timeoutSeconds ?? options.timeoutSeconds, options.timeoutSeconds),
        ...(memoryBytes === undefined ? {} : { limits: { memoryBytes } }),
        maxOutputBytes: 2 * MAX_STDERR_BYTES,
      },
      signal,
    )
  } finally {
    // What can't be removed even so is tried again with the directory around it.
    await removeTree(copy).catch(() => {})
  }
}

/** Which directory this is, as the program `stat` tells it. Throws where it is none, or has no pipes. */
async function identify(directory: string): Promise<string> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants
  const handle = await open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    for (const name of ['in', 'out'])
      if (!(await lstat(join(directory, name))).isFIFO()) throw new Error(`${name} is not a named pipe`)
    const { dev, ino } = await handle.stat({ bigint: true })
    return `${dev}:${ino}`
  } finally {
    await handle.close()
  }
}

function replaceStart(word: string, places: Readonly<Record<string, string>>): string {
  const place = Object.entries(places).find(([start]) => word.startsWith(start))
  return place === undefined ? word : place[1] + word.slice(place[0].length)
}
