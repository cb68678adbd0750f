import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../storage/durable-file.ts'
import type { Chunk } from './chunks.ts'

/** A chunk of a document, as the index keeps it. */
export interface IndexedChunk extends Chunk {
  readonly id: string
  readonly document: string
  /** Of the text and of what made its vector: where it differs, the document must be indexed again. */
  readonly fingerprint: string
}

/** Chunks, and their vectors of length 1 in the same order, one after the other. */
export interface IndexedChunks {
  readonly chunks: readonly IndexedChunk[]
  /** Numbers in a vector. */
  readonly dimensions: number
  readonly vectors: Float32Array
}

const headSchema = z.object({
  format: z.literal('avo chunks 1'),
  dimensions: z.int().nonnegative(),
  chunks: z.array(
    z.object({
      id: z.string(),
      document: z.string(),
      fingerprint: z.string(),
      headings: z.array(z.string()),
      lines: z.tuple([z.number(), z.number()]),
      text: z.string(),
    }),
  ),
})

const LINE_BREAK = 10

/** Reads a line of JSON and the vectors behind it; null where the file is gone, damaged or of another kind. */
export async function readChunkFile(file: string): Promise<IndexedChunks | null> {
  try {
    const bytes = await readFile(file)
    const end = bytes.indexOf(LINE_BREAK)
    const { chunks, dimensions } = headSchema.parse(JSON.parse(bytes.toString('utf8', 0, end)))
    // A copy: the numbers must begin at a multiple of their size.
    const vectors = new Float32Array(new Uint8Array(bytes.subarray(end + 1)).buffer)
    const isWhole = vectors.length === chunks.length * dimensions && vectors.every(Number.isFinite)
    return isWhole ? { chunks, dimensions, vectors } : null
  } catch {
    return null
  }
}

/** Replaces the file, all or nothing. */
export function writeChunkFile(file: string, { chunks, dimensions, vectors }: IndexedChunks): void {
  const head = `${JSON.stringify({ format: 'avo chunks 1', dimensions, chunks })}\n`
  const headBytes = Buffer.byteLength(head)
  const bytes = Buffer.allocUnsafe(headBytes + vectors.byteLength)
  bytes.write(head)
  bytes.set(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength), headBytes)
  mkdirSync(dirname(file), { recursive: true })
  replaceFile(file, bytes)
}
