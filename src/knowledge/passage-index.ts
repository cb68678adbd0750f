import { cutMiddle } from '../text.ts'
import { openChunkStore } from './chunk-store.ts'
import { toChunks } from './chunks.ts'
import type { DocumentFile, DocumentFiles } from './documents.ts'
import type { Embeddings } from './embeddings.ts'
import { createKeywordIndex } from './keyword-index.ts'
import type { Passage, SearchOptions } from './knowledge.ts'
import { dropNearDuplicates } from './near-duplicates.ts'
import { createPassageMatcher } from './passage-filter.ts'
import { fuseRankings } from './rank-fusion.ts'
import { readDocument } from './read-document.ts'
import type { IndexedChunk } from './vectra-shard.ts'

/** Finds passages by meaning (vectors) and by their very words (BM25). */
export interface PassageIndex {
  /** Brings the index to these documents: embeds those that are new or changed, and forgets those that are gone. */
  update(documents: DocumentFiles, signal: AbortSignal): Promise<void>
  /** Passages of the documents of the last update, best first; of those that say almost the same, the best alone. */
  search(query: string, options: SearchOptions, signal: AbortSignal): Promise<readonly Passage[]>
  /** What `search` puts together: ids of chunks, best first. */
  rank(query: string, options: SearchOptions, signal: AbortSignal): Promise<Rankings>
  /** By id. */
  readonly chunks: ReadonlyMap<string, IndexedChunk>
}

/** The same query answered in two ways. */
export interface Rankings {
  readonly byWords: readonly string[]
  readonly byMeaning: readonly string[]
}

/** A document taken apart. */
interface ChunkedDocument {
  /** Another one where anything differs that makes its chunks and their vectors. */
  readonly fingerprint: string
  readonly chunks: readonly IndexedChunk[]
}

/** Part of every fingerprint: another word here makes every index be built again. */
const CHUNKING = 'chunks-3'
/** So many chunks are embedded and written before the next are: what was paid for is kept when something fails. */
const CHUNKS_AT_ONCE = 1_000
/** A passage is an excerpt; `lines` says where all of it is. */
const MAX_PASSAGE_CHARACTERS = 6_000
const MAX_QUERY_CHARACTERS = 2_000
/** Ranks that each of the two searches contributes. */
const FUSION_DEPTH = 50

/** Opens the index in a folder of its own. Loading vectra takes a while: call it when there is something to search. */
export async function openPassageIndex(directory: string, embeddings: Embeddings): Promise<PassageIndex> {
  const store = await openChunkStore(directory)
  const ownMark = `${CHUNKING} ${embeddings.name} `
  const others = [...store.chunks.values()].filter(({ fingerprint }) => !fingerprint.startsWith(ownMark))
  if (others.length > 0) await store.change({ removed: new Set(others.map(({ id }) => id)), added: [] })

  const keywords = createKeywordIndex()
  const indexed = new Map<string, ChunkedDocument>()
  for (const [document, chunks] of Map.groupBy(store.chunks.values(), (chunk) => chunk.document)) {
    for (const chunk of chunks) keywords.add(chunk.id, toSearchText(chunk))
    indexed.set(document, { fingerprint: chunks[0]?.fingerprint ?? '', chunks })
  }
  let latest: DocumentFiles | null = null

  return {
    async update(documents, signal) {
      if (documents === latest) return
      const isCurrent = (name: string) =>
        indexed.get(name)?.fingerprint === `${ownMark}${documents.get(name)?.sha256 ?? ''}`
      const outdated = [...new Set([...indexed.keys(), ...documents.keys()])]
        .filter((name) => !isCurrent(name))
        // Together they are written once.
        .sort((a, b) => store.shardOf(a) - store.shardOf(b))
      let read = new Map<string, ChunkedDocument | null>()
      let count = 0
      for (const name of outdated) {
        const document = await readChunks(name, documents.get(name), ownMark)
        read.set(name, document)
        count += document?.chunks.length ?? 0
        if (count < CHUNKS_AT_ONCE && name !== outdated.at(-1)) continue
        await replace(read, signal)
        read = new Map()
        count = 0
      }
      latest = documents
    },

    async search(query, { limit, ...filter }, signal) {
      const depth = Math.max(FUSION_DEPTH, limit)
      const { byWords, byMeaning } = await rank(query, { ...filter, limit: depth }, signal)
      const passages = fuseRankings([
        { ids: byWords, weight: 1 },
        { ids: byMeaning, weight: embeddings.weight },
      ]).flatMap(([id, relevance]): Passage[] => {
        const chunk = store.chunks.get(id)
        if (chunk === undefined) return []
        const { document, headings, lines, text } = chunk
        return [{ document, headings, lines, text: cutMiddle(text, MAX_PASSAGE_CHARACTERS), relevance }]
      })
      return dropNearDuplicates(passages, ({ text }) => text, limit)
    },

    rank,
    chunks: store.chunks,
  }

  async function rank(
    query: string,
    { limit, ...filter }: SearchOptions,
    signal: AbortSignal,
  ): Promise<Rankings> {
    const text = query.slice(0, MAX_QUERY_CHARACTERS)
    const [vector = []] = await embeddings.embed([text], signal)
    const matches = createPassageMatcher(filter)
    const among = matches && new Set([...store.chunks.values()].filter(matches).map(({ id }) => id))
    return {
      byWords: keywords.search(text, limit, among),
      byMeaning: store.nearest(vector, limit, among),
    }
  }

  /** Puts documents' chunks in place of those that the index has of them; null stands for one that is gone. */
  async function replace(
    documents: ReadonlyMap<string, ChunkedDocument | null>,
    signal: AbortSignal,
  ): Promise<void> {
    const before = [...documents.keys()].flatMap((name) => indexed.get(name)?.chunks ?? [])
    const removed = new Set(before.map(({ id }) => id))
    const chunks = [...documents.values()].flatMap((document) => document?.chunks ?? [])
    const texts = chunks.map(toSearchText)
    const vectors = await embeddings.embed(texts, signal)
    const added = chunks.map((chunk, at) => ({ chunk, vector: vectors[at] ?? [] }))
    await store.change({ removed, added })
    for (const chunk of before) keywords.remove(chunk.id, toSearchText(chunk))
    for (const [at, { id }] of chunks.entries()) keywords.add(id, texts[at] ?? '')
    for (const [name, document] of documents) {
      if (document === null) indexed.delete(name)
      else indexed.set(name, document)
    }
  }
}

/** Null where the document is gone. */
async function readChunks(
  name: string,
  file: DocumentFile | undefined,
  mark: string,
): Promise<ChunkedDocument | null> {
  const document = file === undefined ? null : await readDocument(file.path)
  if (document === null || 'problem' in document) return null
  const fingerprint = `${mark}${document.sha256}`
  const chunks = toChunks(name, document.text).map((chunk, at) => ({
    ...chunk,
    id: `${name}#${at}`,
    document: name,
    fingerprint,
  }))
  return { fingerprint, chunks }
}

/** What is searched: the text with the words around it that say what it is about. */
function toSearchText(chunk: IndexedChunk): string {
  const fileName = chunk.document.slice(chunk.document.lastIndexOf('/') + 1)
  return [fileName, ...chunk.headings, chunk.text].join('\n')
}
