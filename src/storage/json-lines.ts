import { closeSync, existsSync, fdatasyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { AvoError, type ErrorCode, MAKE_ROOM, toMessage } from '../errors.ts'
import { syncDirectory } from './durable-file.ts'

/** What to tell the person about a line that can't be understood. */
export interface CorruptionAdvice {
  readonly code: ErrorCode
  readonly hint: string
}

/** How much of a file of JSON lines is whole. A process that was killed, or a full disk, leaves a last line torn. */
export interface Extent {
  readonly wholeBytes: number
  readonly tornBytes: number
}

/** The end of a file of JSON lines, open for appending. */
export interface JsonLinesWriter {
  /** Appends a value with one write; `durable` waits until the disk has it. A write that fails leaves the file as it was. */
  append(value: unknown, durable: boolean): void
  /** Size of the file. */
  readonly bytes: number
  close(): void
}

const CHUNK_BYTES = 1 << 20
const NEWLINE = 0x0a

/**
 * Gives each line's value to `visit`, oldest first, from a byte on where a line begins, without holding the file in memory. A
 * missing file is an empty one; a torn last line is left out. A line that is not JSON, or at which `visit` throws, is an `AvoError` naming file and line; one that `visit` throws itself
 * passes as it is.
 */
export function readJsonLines(
  file: string,
  advice: CorruptionAdvice,
  visit: (value: unknown) => void,
  from = 0,
): Extent {
  if (!existsSync(file)) return { wholeBytes: 0, tornBytes: 0 }
  const descriptor = openSync(file, 'r')
  let number = 0
  try {
    return eachLine(descriptor, from, (line) => {
      number += 1
      visit(JSON.parse(line.toString()))
    })
  } catch (error) {
    if (error instanceof AvoError) throw error
    const line = from === 0 ? `${number}` : `${number} after byte ${from}`
    const message = `${file}:${line} can't be read: ${toMessage(error)}`
    throw new AvoError(advice.code, message, advice.hint, { cause: error })
  } finally {
    closeSync(descriptor)
  }
}

/** Opens the end of a file whose whole lines were read; a torn line after them is cut off. */
export function openJsonLines(file: string, extent: Extent): JsonLinesWriter {
  const isNew = !existsSync(file)
  const descriptor = openSync(file, 'a')
  if (isNew) syncDirectory(dirname(file))
  if (extent.tornBytes > 0) ftruncateSync(descriptor, extent.wholeBytes)
  let size = extent.wholeBytes
  return {
    get bytes() {
      return size
    },
    append(value, durable) {
      const line = Buffer.from(`${JSON.stringify(value)}\n`)
      try {
        if (writeSync(descriptor, line) < line.length) throw new Error('no space left on the device')
        if (durable) fdatasyncSync(descriptor)
      } catch (error) {
        ftruncateSync(descriptor, size)
        throw new AvoError('storage', `can't write to ${file}: ${toMessage(error)}`, MAKE_ROOM, {
          cause: error,
        })
      }
      size += line.length
    },
    close() {
      closeSync(descriptor)
    },
  }
}

function eachLine(descriptor: number, from: number, visit: (line: Buffer) => void): Extent {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let wholeBytes = from
  let rest: Buffer = Buffer.alloc(0)
  const readOn = (): number => readSync(descriptor, chunk, 0, chunk.length, wholeBytes + rest.length)
  for (let read = readOn(); read > 0; read = readOn()) {
    const data = Buffer.concat([rest, chunk.subarray(0, read)])
    let start = 0
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
      visit(data.subarray(start, end))
      start = end + 1
    }
    wholeBytes += start
    rest = data.subarray(start)
  }
  return { wholeBytes, tornBytes: rest.length }
}
