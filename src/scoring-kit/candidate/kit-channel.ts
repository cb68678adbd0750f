import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { readFully, writeFully } from '../channel/file-transfer.ts'
import { type Frame, PREFIX_BYTES, packFrame, parsePrefix, unpackFrame } from '../channel/frame.ts'
import { INPUT_FILE, OUTPUT_FILE } from '../channel/large-file.ts'

const FROM_KIT = 3
const TO_KIT = 4
/** A pipe holds this much: a small input comes with one call to the system. */
const FIRST_READ_BYTES = 64 * 1024

/** The candidate's side of the channel. It waits for the kit without an event loop, which is quickest. */
export interface KitChannel {
  /** Ends the process when the kit is gone. */
  receive(): Frame
  /** Throws `NotPlainData` where the value can't be sent. */
  send(fields: Readonly<Record<string, unknown>>, value: unknown): void
  /** The same with a value that was the last one sent: what is large of it lies where the kit reads it. */
  sendAgain(fields: Readonly<Record<string, unknown>>, value: unknown): void
}

/** Opens it in a process that has the pipes as descriptors 3 and 4. */
export function openKitChannel(dataDirectory: string): KitChannel {
  const outputFile = openSync(join(dataDirectory, OUTPUT_FILE), 'r+')
  const first = Buffer.alloc(FIRST_READ_BYTES)
  // Large inputs of one length come to one place: to provide memory for each would cost more than to copy it.
  let landing = Buffer.alloc(0)

  function read(target: Buffer, at: number): number {
    const count = readSync(FROM_KIT, target, at, target.length - at, null)
    if (count === 0) process.exit()
    return count
  }

  /** The kit sends a frame only when it has the answer to the one before, so that nothing of the next one is read here. */
  function receivePipe() {
    let have = 0
    while (have < PREFIX_BYTES) have += read(first, have)
    const sizes = parsePrefix(first, Number.POSITIVE_INFINITY)
    const bytes = Buffer.allocUnsafe(PREFIX_BYTES + sizes.header + sizes.body)
    first.copy(bytes, 0, 0, have)
    while (have < bytes.length) have += read(bytes, have)
    const headerEnd = PREFIX_BYTES + sizes.header
    return { sizes, header: bytes.subarray(PREFIX_BYTES, headerEnd), body: bytes.subarray(headerEnd) }
  }

  function receiveFile(length: number): Buffer<ArrayBuffer> {
    if (length === 0) return Buffer.alloc(0)
    if (landing.length !== length) landing = Buffer.allocUnsafeSlow(length)
    const file = openSync(join(dataDirectory, INPUT_FILE), 'r')
    readFully(file, landing)
    closeSync(file)
    return landing
  }

  return {
    receive() {
      const { sizes, header, body } = receivePipe()
      return unpackFrame(header, body, receiveFile(sizes.file))
    },
    send(fields, value) {
      const { bytes, fileBytes, filePieces } = packFrame(fields, value)
      if (fstatSync(outputFile).size < fileBytes) ftruncateSync(outputFile, fileBytes)
      for (const piece of filePieces) writeFully(outputFile, piece.bytes, piece.at)
      writeFully(TO_KIT, bytes, null)
    },
    sendAgain(fields, value) {
      writeFully(TO_KIT, packFrame(fields, value).bytes, null)
    },
  }
}
