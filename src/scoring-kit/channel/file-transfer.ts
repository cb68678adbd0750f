import { read, readSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { FrameMistake } from './frame.ts'

/** Reads of a long file that run at a time: copying is what it costs, and one core doesn't copy fast enough. */
const READERS = 4
/** Below this, handing a read to another thread costs more than the read. */
const LONG_BYTES = 4 * 1024 * 1024
const readAsync = promisify(read)

/** Fills a buffer from the beginning of a file. Throws `FrameMistake` where the file is shorter. */
export async function readFully(file: number, target: Buffer): Promise<void> {
  if (target.length < LONG_BYTES) {
    for (let at = 0; at < target.length; ) at += progress(readSync(file, target, at, target.length - at, at))
    return
  }
  const share = Math.ceil(target.length / READERS)
  async function readShare(_: unknown, reader: number): Promise<void> {
    const end = Math.min(target.length, (reader + 1) * share)
    for (let at = reader * share; at < end; )
      at += progress((await readAsync(file, target, at, end - at, at)).bytesRead)
  }
  // All of them, also where one fails: the file may be closed after this.
  const ends = await Promise.allSettled(Array.from({ length: READERS }, readShare))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/** Writes all of the bytes, to a position of a file or, where that is null, to where a pipe takes them. */
export function writeFully(file: number, bytes: Uint8Array, position: number | null): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, position === null ? null : position + done)
}

function progress(count: number): number {
  if (count === 0) throw new FrameMistake('an answer whose arrays are not all in the file')
  return count
}
