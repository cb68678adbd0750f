import type { LocalIndex } from 'vectra/browser'
import { z } from 'zod'
import { AvoError, toMessage } from '../errors.ts'

/** A chunk of a document, as the index keeps it. */
export interface IndexedChunk {
  readonly id: string
  readonly document: string
  /** Of the text and of what made its vector: where it differs, the document must be indexed again. */
  readonly fingerprint: string
  readonly headings: readonly string[]
  readonly lines: readonly [number, number]
  readonly text: string
}

/** Chunks and their vectors: all in memory, and in one file, which every change replaces. */
export interface VectraIndex {
  /** By id. */
  readonly chunks: ReadonlyMap<string, IndexedChunk>
  /** Takes chunks out and puts others in, on the disk too, all or none. Throws `AvoError` `knowledge`. */
  replace(
    removed: ReadonlySet<string>,
    added: readonly IndexedChunk[],
    vectors: readonly Vector[],
  ): Promise<void>
  /** Ids of the chunks whose vectors point the same way, nearest first. */
  nearest(vector: Vector, limit: number): Promise<readonly string[]>
}

type Vector = readonly number[]

/** Five digits of a vector's numbers are kept: they rank alike, and the file is a third as long. */
const VECTOR_PRECISION = 1e5

const itemSchema = z
  .object({
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
  .transform(({ id, metadata: { headings, firstLine, lastLine, ...metadata } }): IndexedChunk => {
    return {
      id,
      ...metadata,
      headings: headings === '' ? [] : headings.split('\n'),
      lines: [firstLine, lastLine],
    }
  })

/**
 * Opens the index in a folder of its own, or makes it. One that is damaged (half-written when the process was killed,
 * edited, of another program) is begun anew: what was in it comes from the documents. Throws `AvoError` `knowledge`.
 */
export async function openVectraIndex(directory: string): Promise<VectraIndex> {
  // The `browser` entry has the same LocalIndex, which does read and write files under Node, without the servers,
  // scrapers and command line of the main one: half the time to load.
  const { LocalIndex } = await import('vectra/browser')
  const index = new LocalIndex(directory)
  let chunks = await readChunks(index)
  if (chunks === null) {
    await orKnowledgeError(directory, () => index.createIndex({ version: 1, deleteIfExists: true }))
    chunks = new Map()
  }
  const known = chunks

  return {
    chunks: known,

    async replace(removed, added, vectors) {
      await orKnowledgeError(directory, async () => {
        await index.beginUpdate()
        try {
          await index.deleteItems(removed)
          for (const [at, chunk] of added.entries()) await index.insertItem(toItem(chunk, vectors[at] ?? []))
          await index.endUpdate()
        } catch (error) {
          index.cancelUpdate()
          throw error
        }
      })
      for (const id of removed) known.delete(id)
      for (const chunk of added) known.set(chunk.id, chunk)
    },

    async nearest(vector, limit) {
      const results = await index.queryItems([...vector], '', limit)
      return results.filter((result) => result.score > 0).map((result) => result.item.id)
    },
  }
}

async function readChunks(index: LocalIndex): Promise<Map<string, IndexedChunk> | null> {
  try {
    const chunks = z.array(itemSchema).parse(await index.listItems())
    return new Map(chunks.map((chunk) => [chunk.id, chunk]))
  } catch {
    return null
  }
}

function toItem(chunk: IndexedChunk, vector: Vector) {
  const { id, document, fingerprint, headings, lines, text } = chunk
  const [firstLine, lastLine] = lines
  const length = Math.hypot(...vector)
  // Vectra ranks nothing rightly once a vector without a direction is among the others.
  if (!(length > 0)) throw new Error(`the vector of ${id} is empty`)
  return {
    id,
    vector: vector.map((value) => Math.round((value / length) * VECTOR_PRECISION) / VECTOR_PRECISION),
    metadata: { document, fingerprint, headings: headings.join('\n'), firstLine, lastLine, text },
  }
}

async function orKnowledgeError(directory: string, change: () => Promise<void>): Promise<void> {
  try {
    await change()
  } catch (error) {
    throw new AvoError(
      'knowledge',
      `the index of the knowledge base can't be written: ${toMessage(error)}`,
      `Check that ${directory} may be written and that the disk is not full. It can be deleted at any time.`,
      { cause: error },
    )
  }
}
