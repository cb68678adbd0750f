import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { readFully, writeFully } from './file-transfer.ts'
import type { PackedFrame } from './frame.ts'

/** Where a candidate finds the large arrays of an input, in the directory `data` of its session. */
export const INPUT_FILE = 'input'
/** Where it puts those of an output. */
export const OUTPUT_FILE = 'output'

/** Input that lies ready where the candidate can't see it. */
export interface StagedInput {
  /** Moves it to where the candidate reads it: one rename, however large it is. Throws where the candidate is in the way. */
  deliver(): void
  /** Removes it again, if the candidate has not. */
  withdraw(): void
}

/** The kit's side of the files that carry large arrays: a new one for each input, and one for all outputs. */
export interface LargeFiles {
  /** Null where the frame has no large arrays. */
  stage(frame: PackedFrame): StagedInput | null
  /** Memory for an output as long as the last one, touched already, so that the clock doesn't see it being provided. */
  prepareLanding(): void
  /** Copies an output of this length to where the candidate can't change it. Throws `FrameMistake` where there is less. */
  readOutput(bytes: number): Buffer<ArrayBuffer>
  close(): void
}

/**
 * Makes `data` in a session's directory, with the file for outputs in it; `staging` must be on the same file system. Both
 * are held open from the beginning: whatever the candidate puts in their place is neither read nor written.
 */
export function openLargeFiles(directory: string, staging: string): LargeFiles {
  const data = join(directory, 'data')
  mkdirSync(data)
  mkdirSync(staging, { recursive: true, mode: 0o700 })
  const output = openSync(join(data, OUTPUT_FILE), 'wx+')
  const folder = openSync(data, constants.O_RDONLY | constants.O_DIRECTORY)
  const held = `/proc/self/fd/${folder}`
  const delivered = join(existsSync(held) ? held : data, INPUT_FILE)
  let landing = Buffer.alloc(0)
  let lastBytes = 0

  return {
    stage({ fileBytes, filePieces }) {
      if (fileBytes === 0) return null
      const staged = join(staging, randomUUID())
      const file = openSync(staged, 'wx')
      for (const { at, bytes } of filePieces) writeFully(file, bytes, at)
      ftruncateSync(file, fileBytes)
      closeSync(file)
      return {
        deliver: () => renameSync(staged, delivered),
        withdraw() {
          try {
            unlinkSync(delivered)
          } catch {
            // The candidate was there before.
          }
        },
      }
    },
    prepareLanding() {
      if (lastBytes > 0) landing = Buffer.allocUnsafeSlow(lastBytes).fill(0)
    },
    readOutput(bytes) {
      const target = landing.length === bytes ? landing : Buffer.allocUnsafeSlow(bytes)
      landing = Buffer.alloc(0)
      lastBytes = bytes
      readFully(output, target)
      return target
    },
    close() {
      closeSync(output)
      closeSync(folder)
    },
  }
}
