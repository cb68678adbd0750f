import { readSync, writeSync } from 'node:fs'
import { FrameMistake } from './frame.ts'

/** Fills a buffer from the beginning of a file. Throws `FrameMistake` where the file is shorter. */
export function readFully(file: number, target: Buffer): void {
  for (let at = 0; at < target.length; ) {
    const count = readSync(file, target, at, target.length - at, at)
    if (count === 0) throw new FrameMistake('an answer whose arrays are not all in the file')
    at += count
  }
}

/** Writes all of the bytes, to a position of a file or, where that is null, to where a pipe takes them. */
export function writeFully(file: number, bytes: Uint8Array, position: number | null): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, position === null ? null : position + done)
}
