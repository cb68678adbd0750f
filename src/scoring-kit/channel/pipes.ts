import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { FrameMistake, type FrameSizes, PREFIX_BYTES, parsePrefix } from './frame.ts'

/** The part of a frame that came through the pipe. */
export interface ReceivedBytes {
  readonly sizes: FrameSizes
  readonly header: Buffer
  readonly body: Buffer
  /** When the last byte was here, on the clock of `performance.now()`. */
  readonly at: number
}

/** The kit's side of a candidate's two pipes. */
export interface Pipes {
  /** To be called when the candidate has opened its ends: from then on the pipes close when the candidate does. */
  leaveToCandidate(): void
  /** False where bytes came that nobody asked for. */
  isQuiet(): boolean
  send(bytes: Buffer): void
  /** The next frame. Rejects with `FrameMistake` where something else comes, more than one comes, or the pipe is closed. */
  receive(maxBytes: number): Promise<ReceivedBytes>
  close(): void
}

/** Makes `in` and `out` in a session's directory and opens them. */
export function openPipes(directory: string): Pipes {
  const [toCandidate, fromCandidate] = [join(directory, 'in'), join(directory, 'out')]
  execFileSync('mkfifo', ['-m', '600', toCandidate, fromCandidate])
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants
  // All ends are opened before the candidate runs: later, something else could lie there. A reader must come first.
  const readEnd = openSync(fromCandidate, O_RDONLY | O_NONBLOCK)
  const otherEnds = [openSync(fromCandidate, O_WRONLY), openSync(toCandidate, O_RDONLY | O_NONBLOCK)]
  const writeEnd = openSync(toCandidate, O_WRONLY | O_NONBLOCK)
  const output = new Socket({ fd: readEnd, readable: true, writable: false })
  const input = new Socket({ fd: writeEnd, readable: false, writable: true })

  let chunks: Buffer[] = []
  let received = 0
  let isClosed = false
  let waiting: {
    maxBytes: number
    resolve(bytes: ReceivedBytes): void
    reject(error: unknown): void
  } | null = null

  output.on('data', (chunk) => {
    const at = performance.now()
    chunks.push(chunk)
    received += chunk.length
    advance(at)
  })
  output.on('error', close)
  output.on('close', close)
  // A candidate that no longer reads is known by the end of its output.
  input.on('error', () => {})

  function advance(at: number): void {
    // Bytes that nobody asked for say enough, and a flood of them would fill the memory.
    if (waiting === null) output.pause()
    if (waiting === null || received < PREFIX_BYTES) return
    const { maxBytes, resolve, reject } = waiting
    try {
      if ((chunks[0]?.length ?? 0) < PREFIX_BYTES) chunks = [Buffer.concat(chunks)]
      const sizes = parsePrefix(chunks[0] ?? Buffer.alloc(0), maxBytes)
      const missing = PREFIX_BYTES + sizes.header + sizes.body - received
      if (missing > 0) return
      if (missing < 0) throw new FrameMistake('more than one answer')
      const bytes = Buffer.concat(chunks).subarray(PREFIX_BYTES)
      chunks = []
      received = 0
      resolve({ sizes, header: bytes.subarray(0, sizes.header), body: bytes.subarray(sizes.header), at })
    } catch (error) {
      reject(error)
    }
    waiting = null
  }

  function close(): void {
    isClosed = true
    waiting?.reject(new FrameMistake('the channel was closed'))
    waiting = null
  }

  return {
    leaveToCandidate() {
      for (const end of otherEnds.splice(0)) closeSync(end)
    },
    isQuiet: () => received === 0,
    send: (bytes) => void input.write(bytes),
    receive(maxBytes) {
      const { promise, resolve, reject } = Promise.withResolvers<ReceivedBytes>()
      waiting = { maxBytes, resolve, reject }
      output.resume()
      // A candidate may be ready before the harness says that it was started.
      advance(performance.now())
      if (isClosed) close()
      return promise
    },
    close() {
      for (const end of otherEnds.splice(0)) closeSync(end)
      input.destroy()
      output.destroy()
    },
  }
}
