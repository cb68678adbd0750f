import { closeSync, openSync, writeSync } from 'node:fs'
import { AvoError, toMessage } from '../errors.ts'
import { MAX_PRINTED_BYTES } from './sandbox.ts'

/** A file that gets all that a command prints. */
export interface OutputFile {
  write(chunk: Uint8Array): void
  /** Throws an `AvoError` `storage` where the output couldn't be written. */
  close(): void
}

/** Opens a file for a command's output, or nothing where no path is given. What is past the limit of a command is dropped. */
export function openOutputFile(path: string | undefined): OutputFile {
  if (path === undefined) return { write() {}, close() {} }

  let failure: AvoError | undefined
  function attempt<T>(action: () => T): T | undefined {
    try {
      return action()
    } catch (thrown) {
      failure ??= new AvoError(
        'storage',
        `can't write the output to ${path}: ${toMessage(thrown)}`,
        'Is the disk full?',
      )
      return undefined
    }
  }

  const descriptor = attempt(() => openSync(path, 'w'))
  let room = MAX_PRINTED_BYTES
  return {
    // Written at once, so that a command that prints faster than the disk takes it can't fill the memory.
    write(chunk) {
      if (descriptor === undefined || failure !== undefined || room === 0) return
      const kept = chunk.subarray(0, room)
      attempt(() => writeSync(descriptor, kept))
      room -= kept.length
    },
    close() {
      if (descriptor !== undefined) attempt(() => closeSync(descriptor))
      if (failure !== undefined) throw failure
    },
  }
}
