import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { AvoError, toMessage } from '../errors.ts'
import type { RecordedEvent } from '../events.ts'
import { segmentName } from './journal-archive.ts'
import { requireEvent } from './journal-file.ts'

/** Where an event stands: which segment from 1 on, the file that is still written being the last, and its bytes there. */
export interface EventPlace {
  readonly segment: number
  readonly from: number
  /** The byte after its line. */
  readonly to: number
}

/** What was read before is not there any more: another journal has taken its place. */
export class JournalReplaced extends AvoError {
  constructor(message: string, cause?: unknown) {
    super('journal', message, 'Open it again; avo status says more about what is wrong with it.', { cause })
  }
}

/** Reads a journal from its first event on, and goes on with what was appended since, while its writer goes on too. */
export interface JournalReader {
  /**
   * Gives every event since the last call, oldest first, and says how many there were. A line that is not whole yet is left for
   * later; a file that is not there yet is an empty one.
   *
   * @throws {AvoError} `journal` where a line can't be understood, or nothing is there any more.
   * @throws {JournalReplaced} where something else is there than what was read before.
   */
  read(visit: (event: RecordedEvent, place: EventPlace) => void): number
  /** The events between two places of one segment, read again. */
  reread(places: { readonly segment: number; readonly from: number; readonly to: number }): RecordedEvent[]
}

const CHUNK_BYTES = 1 << 20
const NEWLINE = 0x0a
/** The first line of a file that goes on from others is short. */
const HEAD_BYTES = 256

/** @param file the journal's newest part; packed segments are in the directory beside it */
export function openJournalReader(file: string): JournalReader {
  const directory = file.replace(/\.jsonl$/, '')
  /** The segment that is read next, and how much of it was. */
  let segment = 1
  let offset = 0
  /** How the file began that was read last. */
  let head = ''
  /** The segment that was read again last: attempts are mostly asked for one after the other. */
  let reopened: { readonly number: number; readonly bytes: Buffer } | null = null

  return {
    read(visit) {
      if (!existsSync(file)) {
        if (offset === 0 && segment === 1) return 0
        throw unreadable(`${file} is gone`)
      }
      const descriptor = openSync(file, 'r')
      try {
        let count = 0
        // What was given is never given again, also where a line after it can't be understood.
        const give = (event: RecordedEvent, place: EventPlace): void => {
          offset = place.to
          count += 1
          visit(event, place)
        }
        // A file that was opened is the same one to its end, whatever takes its place meanwhile.
        const beginning = readHead(descriptor)
        const packed = packedBefore(beginning)
        if (offset > 0 && packed + 1 === segment && !beginning.startsWith(head))
          throw new JournalReplaced(`${file} does not begin as it did`)
        if (packed + 1 < segment)
          throw new JournalReplaced(`${file} goes on from ${packed} segments, it went on from ${segment - 1}`)
        for (; segment <= packed; segment++, offset = 0) readLines(unpack(segment), offset, give)
        head = beginning
        if (fstatSync(descriptor).size < offset) throw new JournalReplaced(`${file} is shorter than it was`)
        let from = -1
        while (from < offset) {
          from = offset
          readLines(readFrom(descriptor, from), 0, give, from)
        }
        return count
      } finally {
        closeSync(descriptor)
      }
    },
    reread({ segment: wanted, from, to }) {
      const events: RecordedEvent[] = []
      const bytes = readSegment(wanted)
      readLines(bytes.subarray(from, to), 0, (event) => events.push(event))
      return events
    },
  }

  function readSegment(number: number): Buffer {
    if (reopened?.number === number) return reopened.bytes
    if (!existsSync(join(directory, segmentName(number)))) return readFileSync(file)
    reopened = { number, bytes: unpack(number) }
    return reopened.bytes
  }

  function unpack(number: number): Buffer {
    const path = join(directory, segmentName(number))
    try {
      return gunzipSync(readFileSync(path))
    } catch (cause) {
      throw unreadable(`${path} can't be read: ${toMessage(cause)}`, cause)
    }
  }

  /** @param base where in the segment the bytes begin */
  function readLines(
    bytes: Buffer,
    start: number,
    visit: (event: RecordedEvent, place: EventPlace) => void,
    base = 0,
  ): void {
    let from = start
    for (let at = bytes.indexOf(NEWLINE, from); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      visit(parse(bytes.toString('utf8', from, at)), { segment, from: base + from, to: base + at + 1 })
      from = at + 1
    }
  }

  function parse(line: string): RecordedEvent {
    try {
      return requireEvent(JSON.parse(line))
    } catch (cause) {
      throw unreadable(`a line of ${file} can't be read: ${toMessage(cause)}`, cause)
    }
  }
}

/** The first line of a file, or what of it is worth looking at. */
function readHead(descriptor: number): string {
  const bytes = Buffer.alloc(HEAD_BYTES)
  const text = bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, HEAD_BYTES, 0))
  return text.split('\n')[0] ?? ''
}

/** How many segments a file goes on from that begins so. */
function packedBefore(line: string): number {
  return Number(/"type":"journal\.rotated","segments":(\d+)\}$/.exec(line)?.[1] ?? 0)
}

function unreadable(message: string, cause?: unknown): AvoError {
  return new AvoError('journal', message, 'avo status says more about what is wrong with it.', { cause })
}

/** Up to a chunk; a line that is longer than that is read whole. */
function readFrom(descriptor: number, offset: number): Buffer {
  let bytes = Buffer.allocUnsafe(CHUNK_BYTES)
  let length = readSync(descriptor, bytes, 0, CHUNK_BYTES, offset)
  while (length === bytes.length && !bytes.includes(NEWLINE)) {
    bytes = Buffer.concat([bytes, Buffer.allocUnsafe(bytes.length)])
    length += readSync(descriptor, bytes, length, bytes.length - length, offset + length)
  }
  return bytes.subarray(0, length)
}
