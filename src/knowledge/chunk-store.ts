import { AvoError, toMessage } from '../errors.ts'
import { type IndexedChunk, type IndexedChunks, readChunkFile, writeChunkFile } from './chunk-file.ts'
import { topScores } from './top-scores.ts'

/** Chunks and their vectors: all in memory, and in one file, which every change replaces. */
export interface ChunkStore {
  /** By id. */
  readonly chunks: ReadonlyMap<string, IndexedChunk>
  /** Takes chunks out and puts others in, on the disk too, all or none. Throws `AvoError` `knowledge`. */
  replace(removed: ReadonlySet<string>, added: readonly IndexedChunk[], vectors: readonly Vector[]): void
  /** Ids of the chunks whose vectors point the same way, nearest first. */
  nearest(vector: Vector, limit: number): readonly string[]
}

type Vector = readonly number[]

/**
 * Opens the store of a file, or makes it. One that is damaged (edited, of another version) is begun anew: what was in it comes
 * from the documents.
 */
export async function openChunkStore(file: string): Promise<ChunkStore> {
  let stored: IndexedChunks = (await readChunkFile(file)) ?? {
    chunks: [],
    dimensions: 0,
    vectors: new Float32Array(),
  }
  const known = new Map(stored.chunks.map((chunk) => [chunk.id, chunk]))

  return {
    chunks: known,

    replace(removed, added, vectors) {
      const changed = withChunks(stored, removed, added, vectors)
      try {
        writeChunkFile(file, changed)
      } catch (error) {
        throw new AvoError(
          'knowledge',
          `the index of the knowledge base can't be written: ${toMessage(error)}`,
          `Check that ${file} may be written and that the disk is not full. It can be deleted at any time.`,
          { cause: error },
        )
      }
      stored = changed
      for (const id of removed) known.delete(id)
      for (const chunk of added) known.set(chunk.id, chunk)
    },

    nearest(vector, limit) {
      const { chunks, dimensions, vectors } = stored
      const query = Float64Array.from(vector)
      const scores = new Float64Array(chunks.length)
      for (let row = 0, offset = 0; row < scores.length; row++, offset += dimensions) {
        let score = 0
        for (let at = 0; at < dimensions; at++) score += (vectors[offset + at] ?? 0) * (query[at] ?? 0)
        scores[row] = score
      }
      return topScores(scores, limit).flatMap((row) => chunks[row]?.id ?? [])
    },
  }
}

function withChunks(
  stored: IndexedChunks,
  removed: ReadonlySet<string>,
  added: readonly IndexedChunk[],
  addedVectors: readonly Vector[],
): IndexedChunks {
  const kept = stored.chunks.filter(({ id }) => !removed.has(id))
  const dimensions = addedVectors[0]?.length ?? stored.dimensions
  if (kept.length > 0 && dimensions !== stored.dimensions)
    throw new AvoError(
      'knowledge',
      `the embeddings have ${dimensions} numbers now, and had ${stored.dimensions} before`,
      'Another model answers by the same name: delete the folder index of the run.',
    )
  const vectors = new Float32Array((kept.length + added.length) * dimensions)
  // What lies between two rows that go is copied at once.
  let [from, to] = [0, 0]
  for (const row of [...stored.chunks.keys(), stored.chunks.length]) {
    const chunk = stored.chunks[row]
    if (chunk !== undefined && !removed.has(chunk.id)) continue
    vectors.set(stored.vectors.subarray(from * dimensions, row * dimensions), to * dimensions)
    to += row - from
    from = row + 1
  }
  for (const [at, chunk] of added.entries())
    vectors.set(toUnit(addedVectors[at] ?? [], dimensions, chunk), (kept.length + at) * dimensions)
  return { chunks: [...kept, ...added], dimensions, vectors }
}

/** A vector without a direction is near to nothing and far from nothing. */
function toUnit(vector: Vector, dimensions: number, { id }: IndexedChunk): readonly number[] {
  const length = Math.hypot(...vector)
  if (!(length > 0) || vector.length !== dimensions)
    throw new AvoError('knowledge', `the vector of ${id} is none`, 'Choose another embedding model.')
  return vector.map((value) => value / length)
}
