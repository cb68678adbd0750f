import {
  ARRAY_TYPES,
  arrayTypeOf,
  fromJsonValue,
  NotPlainData,
  type NumberArray,
  toArrayType,
  toJsonValue,
} from './plain-data.ts'

/**
 * What the kit and a candidate send each other over their pipes. A frame is a prefix of 16 bytes (`AVO1`, the lengths of
 * header, body and file part), the header as JSON, and the body: raw bytes of arrays. Arrays of 64 KiB and more lie in a file
 * instead, of which the prefix says how much belongs to the frame. Where each array lies follows from the types and shapes
 * in the header, and the sums must be the prefix's: a frame has nothing in it that could point anywhere.
 */
export const PREFIX_BYTES = 16
const MAGIC = 0x314f5641
/** What a pipe holds: more than that is cheaper to read from a file. */
const LARGE_ARRAY_BYTES = 64 * 1024
/** Numbers by the million are for typed arrays: parsed, JSON of that length takes a gigabyte. */
const MAX_HEADER_BYTES = 16 * 1024 * 1024
const MAX_DIMENSIONS = 16
/** What the prefix can say. */
const MAX_FILE_BYTES = 2 ** 32 - 1

/** The lengths in a frame's prefix, in bytes. */
export interface FrameSizes {
  readonly header: number
  readonly body: number
  readonly file: number
}

/** A frame to be sent: what goes through the pipe, and what has to be in the file by then. */
export interface PackedFrame {
  readonly bytes: Buffer
  readonly fileBytes: number
  readonly filePieces: readonly Piece[]
}

interface Piece {
  readonly at: number
  readonly bytes: Uint8Array
}

/** A frame that was received. */
export interface Frame {
  /** The header's other fields, as the sender wrote them. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly value: unknown
}

/** Bytes that are not a frame, or one that is larger than is allowed. */
export class FrameMistake extends Error {
  override readonly name = 'FrameMistake'
}

/** A frame with a value in it. Throws `NotPlainData` where the value can't travel. */
export function packFrame(fields: Readonly<Record<string, unknown>>, value: unknown): PackedFrame {
  const arrays: NumberArray[] = []
  const encoded = toJsonValue(value, arrays)
  const described = arrays.map((array) => ({ type: arrayTypeOf(array), shape: shapeOf(array) }))
  const text = Buffer.from(JSON.stringify({ ...fields, value: encoded, arrays: described }))
  if (text.length > MAX_HEADER_BYTES) throw new NotPlainData('more than 16 MiB outside of typed arrays')
  const places = placeArrays(arrays.map(({ byteLength }) => byteLength))
  const header = roundUp(text.length, 8)
  const bytes = Buffer.alloc(PREFIX_BYTES + header + places.body, ' ')
  if (places.file > MAX_FILE_BYTES) throw new NotPlainData('arrays of more than 4 GiB')
  for (const [index, word] of [MAGIC, header, places.body, places.file].entries())
    bytes.writeUInt32LE(word, 4 * index)
  text.copy(bytes, PREFIX_BYTES)

  const filePieces: Piece[] = []
  for (const [index, array] of arrays.entries()) {
    const place = places.of[index]
    if (place === undefined) continue
    const content = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    if (place.inFile) filePieces.push({ at: place.at, bytes: content })
    else bytes.set(content, PREFIX_BYTES + header + place.at)
  }
  return { bytes, fileBytes: places.file, filePieces }
}

/** The lengths that the first 16 bytes of a frame tell. Throws `FrameMistake`. */
export function parsePrefix(prefix: Buffer, maxBytes: number): FrameSizes {
  if (prefix.readUInt32LE(0) !== MAGIC) throw new FrameMistake('bytes that are not an answer')
  const [header, body, file] = [prefix.readUInt32LE(4), prefix.readUInt32LE(8), prefix.readUInt32LE(12)]
  const total = header + body + file
  if (header > MAX_HEADER_BYTES || total > maxBytes)
    throw new FrameMistake(`an answer of ${total} bytes, where at most ${maxBytes} are allowed`)
  return { header, body, file }
}

/** The frame of these parts; arrays of the body are copied, those of the file are views of it. Throws `FrameMistake` and `NotPlainData`. */
export function unpackFrame(header: Buffer, body: Buffer, file: Buffer<ArrayBuffer>): Frame {
  const { value, arrays, ...fields } = parseHeader(header)
  if (value === undefined || !Array.isArray(arrays)) throw new FrameMistake('an answer without a value')
  const shapes = arrays.map(parseArray)
  const places = placeArrays(shapes.map(({ bytes }) => bytes))
  if (places.body !== body.length || places.file !== file.length)
    throw new FrameMistake('an answer whose arrays are not as long as it says')
  const contents = shapes.map(({ type, shape, bytes }, index) => {
    const { at, inFile } = places.of[index] ?? { at: 0, inFile: false }
    const { buffer, byteOffset } = inFile
      ? file.subarray(at, at + bytes)
      : Uint8Array.from(body.subarray(at, at + bytes))
    const Type = ARRAY_TYPES[type]
    const array = new Type(buffer, byteOffset, bytes / Type.BYTES_PER_ELEMENT)
    if (shape.length !== 1) Object.defineProperty(array, 'shape', { value: shape })
    return array
  })
  return { fields, value: fromJsonValue(value, contents) }
}

function parseHeader(header: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header))
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // Said below.
  }
  throw new FrameMistake('an answer that is not valid JSON')
}

function parseArray(entry: unknown): { type: keyof typeof ARRAY_TYPES; shape: number[]; bytes: number } {
  const { type: name, shape } = Object(entry) as { type?: unknown; shape?: unknown }
  const type = toArrayType(name)
  const isShape = Array.isArray(shape) && shape.length <= MAX_DIMENSIONS && shape.every(isLength)
  const bytes = isShape ? shape.reduce((a, b) => a * b, ARRAY_TYPES[type].BYTES_PER_ELEMENT) : Number.NaN
  if (!isShape || !isLength(bytes)) throw new FrameMistake('an answer with an array of no shape')
  return { type, shape, bytes }
}

/** Large arrays one after the other in the file, the others in the body, each where its type may begin. */
function placeArrays(lengths: readonly number[]) {
  let body = 0
  let file = 0
  const of = lengths.map((length) => {
    const inFile = length >= LARGE_ARRAY_BYTES
    const at = inFile ? file : body
    if (inFile) file += roundUp(length, 64)
    else body += roundUp(length, 8)
    return { inFile, at }
  })
  return { of, body, file }
}

function shapeOf(array: NumberArray): readonly unknown[] {
  const shape: unknown = Object.hasOwn(array, 'shape') ? Reflect.get(array, 'shape') : null
  if (!Array.isArray(shape)) return [array.length]
  if (!shape.every(isLength) || shape.reduce((a, b) => a * b, 1) !== array.length)
    throw new NotPlainData('an array whose shape is not that of its numbers')
  return shape
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function roundUp(bytes: number, multiple: number): number {
  return Math.ceil(bytes / multiple) * multiple
}
