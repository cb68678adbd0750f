import type { LocalIndex } from 'vectra/browser'
import { z } from 'zod'
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
  readonly vectors: Float32Array
}

/** What is to be taken out of a shard and put into it. */
export interface ShardChange {
  readonly removed: ReadonlySet<string>
  readonly added: readonly { readonly chunk: IndexedChunk; readonly vector: readonly number[] }[]
}

/** Five digits of a vector's numbers are kept: they rank alike, and the file is a third as long. */
const VECTOR_PRECISION = 1e5

const itemSchema = z.object({
  id: z.string(),
  // Checked by hand: there can be millions of numbers, and zod takes ten times as long.
  vector: z.custom<number[]>((value) => Array.isArray(value) && value.every(Number.isFinite)),
  metadata: z.object({
    document: z.string(),
    fingerprint: z.string(),
    headings: z.string(),
    firstLine: z.number(),
    lastLine: z.number(),
    text: z.string(),
  }),
})

type Item = z.output<typeof itemSchema>

/** What the vectra index in a folder has; null where there is none, or one that is damaged or of another program. */
export async function readShard(directory: string): Promise<IndexedChunks | null> {
  try {
    return await readChunks(await openLocalIndex(directory))
  } catch {
    return null
  }
}

/** Changes the vectra index in a folder, made where `isNew`, and gives what it has then. Throws where that can't be done. */
export async function changeShard(
  directory: string,
  { removed, added }: ShardChange,
  isNew: boolean,
): Promise<IndexedChunks> {
  const items = added.map(({ chunk, vector }) => toItem(chunk, vector))
  const index = await openLocalIndex(directory)
  if (isNew) await index.createIndex({ version: 1, deleteIfExists: true })
  await index.beginUpdate()
  await index.deleteItems(removed)
  for (const item of items) await index.insertItem(item)
  await index.endUpdate()
  return readChunks(index)
}

/**
 * It is opened for one reading or change and not kept: it holds numbers in twice as many bytes as they need. The `browser`
 * entry has the same LocalIndex, which does read and write files under Node, without the servers, scrapers and command line
 * of the main one: half the time to load.
 */
async function openLocalIndex(directory: string): Promise<LocalIndex> {
  const { LocalIndex } = await import('vectra/browser')
  return new LocalIndex(directory)
}

async function readChunks(index: LocalIndex): Promise<IndexedChunks> {
  const items = z.array(itemSchema).parse(await index.listItems())
  const dimensions = items[0]?.vector.length ?? 0
  const vectors = new Float32Array(items.length * dimensions)
  for (const [row, { vector, id }] of items.entries()) {
    if (vector.length !== dimensions) throw new Error(`the vector of ${id} is of another length`)
    vectors.set(vector, row * dimensions)
  }
  return { chunks: items.map(toChunk), vectors }
}

function toChunk({ id, metadata: { headings, firstLine, lastLine, ...metadata } }: Item): IndexedChunk {
  return {
    id,
    ...metadata,
    headings: headings === '' ? [] : headings.split('\n'),
    lines: [firstLine, lastLine],
  }
}

function toItem(chunk: IndexedChunk, vector: readonly number[]): Item {
  const { id, document, fingerprint, headings, lines, text } = chunk
  const [firstLine, lastLine] = lines
  const length = Math.hypot(...vector)
  if (!(length > 0)) throw new Error(`the vector of ${id} is empty`)
  return {
    id,
    vector: vector.map((value) => Math.round((value / length) * VECTOR_PRECISION) / VECTOR_PRECISION),
    metadata: { document, fingerprint, headings: headings.join('\n'), firstLine, lastLine, text },
  }
}
