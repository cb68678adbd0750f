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

/** A frame on its way. Its memory is provided once, however small the pieces are in which it comes. */
interface Arrival {
  readonly maxBytes: number
  readonly resolve: (bytes: ReceivedBytes) => void
  readonly reject: (error: unknown) => void
  sizes: FrameSizes | null
  content: Buffer
  length: number
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

  let early = Buffer.alloc(0)
  let isClosed = false
  let arrival: Arrival | null = null

  output.on('data', (chunk: Buffer) => take(chunk, performance.now()))
  output.on('error', endArrival)
  output.on('close', endArrival)
  // A candidate that no longer reads is known by the end of its output.
  input.on('error', () => {})

  function take(chunk: Buffer, at: number): void {
    if (arrival === null) {
      // Bytes that nobody asked for say enough, and a flood of them would fill the memory.
      output.pause()
      early = Buffer.concat([early, chunk])
      return
    }
    try {
      const received = append(arrival, chunk, at)
      if (received === null) return
      arrival.resolve(received)
    } catch (error) {
      arrival.reject(error)
    }
    arrival = null
  }

  function endArrival(): void {
    isClosed = true
    arrival?.reject(new FrameMistake('the channel was closed'))
    arrival = null
  }

  function leaveToCandidate(): void {
    for (const end of otherEnds.splice(0)) closeSync(end)
  }

  return {
    leaveToCandidate,
    isQuiet: () => early.length === 0,
    send: (bytes) => void input.write(bytes),
    receive(maxBytes) {
      const { promise, resolve, reject } = Promise.withResolvers<ReceivedBytes>()
      arrival = { maxBytes, resolve, reject, sizes: null, content: Buffer.alloc(PREFIX_BYTES), length: 0 }
      // A candidate may be ready before the harness says that it was started.
      const waiting = early
      early = Buffer.alloc(0)
      if (waiting.length > 0) take(waiting, performance.now())
      if (isClosed) endArrival()
      output.resume()
      return promise
    },
    close() {
      leaveToCandidate()
      input.destroy()
      output.destroy()
    },
  }
}

/** The whole frame where this was the last of it, or null. Throws `FrameMistake`. */
function append(arrival: Arrival, chunk: Buffer, at: number): ReceivedBytes | null {
  const used = chunk.copy(arrival.content, arrival.length)
  arrival.length += used
  if (arrival.length < arrival.content.length) return null
  if (arrival.sizes === null) {
    const prefix = arrival.content
    const sizes = parsePrefix(prefix, arrival.maxBytes)
    arrival.sizes = sizes
    arrival.content = Buffer.allocUnsafe(PREFIX_BYTES + sizes.header + sizes.body)
    prefix.copy(arrival.content)
    return append(arrival, chunk.subarray(used), at)
  }
  if (used < chunk.length) throw new FrameMistake('more than one answer')
  const header = arrival.content.subarray(PREFIX_BYTES, PREFIX_BYTES + arrival.sizes.header)
  const body = arrival.content.subarray(PREFIX_BYTES + arrival.sizes.header)
  return { sizes: arrival.sizes, header, body, at }
}
