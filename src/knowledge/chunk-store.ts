import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { AvoError, toMessage } from '../errors.ts'
import { topScores } from './top-scores.ts'
import {
  changeShard,
  type IndexedChunk,
  type IndexedChunks,
  readShard,
  type ShardChange,
} from './vectra-shard.ts'

/** Chunks and their vectors: all in memory, and in vectra indexes, of which a change replaces those that it touches. */
export interface ChunkStore {
  /** Where a document's chunks are: documents of one shard are best changed together. */
  shardOf(document: string): number
  /** By id. */
  readonly chunks: ReadonlyMap<string, IndexedChunk>
  /** Takes chunks out and puts others in, on the disk too. A document changes wholly or not at all. Throws `AvoError` `knowledge`. */
  change(change: ShardChange): Promise<void>
  /** Ids of the chunks whose vectors point the same way, nearest first; of some chunks only, where `among` names them. */
  nearest(vector: readonly number[], limit: number, among?: ReadonlySet<string>): readonly string[]
}

/** What is searched of a shard: its chunks' vectors, one after the other. */
interface Rows {
  readonly ids: readonly string[]
  readonly vectors: Float32Array
}

/**
 * Documents are spread over so many vectra indexes. Vectra writes an index as a whole: one of ten thousand documents takes a
 * second for each that changed, a part of it a few hundredths.
 */
const SHARDS = 32

/**
 * Opens the store in a folder of its own, or makes it. What is damaged (half-written when the process was killed, edited) is
 * as if it were not there: it comes from the documents again.
 */
export async function openChunkStore(directory: string): Promise<ChunkStore> {
  const folders = Array.from({ length: SHARDS }, (_, shard) =>
    join(directory, shard.toString(16).padStart(2, '0')),
  )
  const shards: (Rows | null)[] = []
  const known = new Map<string, IndexedChunk>()
  for (const folder of folders) {
    const stored = await readShard(folder)
    shards.push(stored && toRows(stored))
    for (const chunk of stored?.chunks ?? []) known.set(chunk.id, chunk)
  }

  return {
    shardOf,
    chunks: known,

    async change({ removed, added }) {
      requireLikeness(shards, added)
      const removedIn = Map.groupBy(removed, (id) => shardOf(known.get(id)?.document ?? ''))
      const addedIn = Map.groupBy(added, ({ chunk }) => shardOf(chunk.document))
      for (const at of new Set([...removedIn.keys(), ...addedIn.keys()])) {
        const here = { removed: new Set(removedIn.get(at)), added: addedIn.get(at) ?? [] }
        const isNew = (shards[at] ?? null) === null
        const stored = await orKnowledgeError(directory, () =>
          changeShard(folders[at] ?? directory, here, isNew),
        )
        shards[at] = toRows(stored)
        for (const id of here.removed) known.delete(id)
        for (const { chunk } of here.added) known.set(chunk.id, chunk)
      }
    },

    nearest(vector, limit, among) {
      const query = Float32Array.from(vector)
      return shards
        .flatMap((shard) => (shard === null ? [] : nearestIn(shard, query, limit, among)))
        .sort((a, b) => b.score - a.score)
        .slice(0, limit)
        .map(({ id }) => id)
    },
  }
}

function nearestIn(
  { ids, vectors }: Rows,
  query: Float32Array,
  limit: number,
  among: ReadonlySet<string> | undefined,
): readonly { readonly id: string; readonly score: number }[] {
  const dimensions = query.length
  const scores = new Float64Array(ids.length)
  for (let row = 0, offset = 0; row < scores.length; row++, offset += dimensions) {
    if (among !== undefined && !among.has(ids[row] ?? '')) continue
    let score = 0
    for (let at = 0; at < dimensions; at++) score += (vectors[offset + at] ?? 0) * (query[at] ?? 0)
    scores[row] = score
  }
  return topScores(scores, limit).map((row) => ({ id: ids[row] ?? '', score: scores[row] ?? 0 }))
}

function toRows({ chunks, vectors }: IndexedChunks): Rows {
  return { ids: chunks.map(({ id }) => id), vectors }
}

/** Vectors of different lengths can't be compared. */
function requireLikeness(shards: readonly (Rows | null)[], added: ShardChange['added']): void {
  const stored = shards.find((shard) => (shard?.ids.length ?? 0) > 0)
  const before = stored ? stored.vectors.length / stored.ids.length : added[0]?.vector.length
  const other = added.find(({ vector }) => vector.length !== before)
  if (other !== undefined)
    throw new AvoError(
      'knowledge',
      `the embeddings have ${other.vector.length} numbers now, and had ${before} before`,
      "Another model answers by the same name: delete the folder index of the run's records.",
    )
}

/** The same for a document on every machine, for ever. */
function shardOf(document: string): number {
  return (createHash('sha256').update(document).digest()[0] ?? 0) % SHARDS
}

async function orKnowledgeError<Result>(directory: string, change: () => Promise<Result>): Promise<Result> {
  try {
    return await change()
  } catch (error) {
    throw new AvoError(
      'knowledge',
      `the index of the knowledge base can't be written: ${toMessage(error)}`,
      `Check that ${directory} may be written and that the disk is not full. It can be deleted at any time.`,
      { cause: error },
    )
  }
}
