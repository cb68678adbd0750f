import { cutMiddle } from '../text.ts'
import type { IndexedChunk } from './chunk-file.ts'
import { openChunkStore } from './chunk-store.ts'
import { toChunks } from './chunks.ts'
import { type DocumentFiles, readDocument } from './documents.ts'
import type { Embeddings } from './embeddings.ts'
import { createKeywordIndex } from './keyword-index.ts'
import type { Passage } from './knowledge.ts'
import { dropNearDuplicates } from './near-duplicates.ts'
import { fuseRankings } from './rank-fusion.ts'

/** Finds passages by meaning (vectors) and by their very words (BM25). */
export interface PassageIndex {
  /** Brings the index to these documents: embeds those that are new or changed, and forgets those that are gone. */
  update(documents: DocumentFiles, signal: AbortSignal): Promise<void>
  /** Passages of the documents of the last update, best first; of those that say almost the same, the best alone. */
  search(query: string, limit: number, signal: AbortSignal): Promise<readonly Passage[]>
  /** What `search` puts together: ids of chunks, best first. */
  rank(query: string, depth: number, signal: AbortSignal): Promise<Rankings>
  /** By id. */
  readonly chunks: ReadonlyMap<string, IndexedChunk>
}

/** The same query answered in two ways. */
export interface Rankings {
  readonly byWords: readonly string[]
  readonly byMeaning: readonly string[]
}

/** Part of every fingerprint: another word here makes every index be built again. */
const CHUNKING = 'chunks-2'
/** A passage is an excerpt; `lines` says where all of it is. */
const MAX_PASSAGE_CHARACTERS = 6_000
const MAX_QUERY_CHARACTERS = 2_000
/** Ranks that each of the two searches contributes. */
const FUSION_DEPTH = 50

/** Opens the index that is kept in a file. */
export async function openPassageIndex(file: string, embeddings: Embeddings): Promise<PassageIndex> {
  const vectors = await openChunkStore(file)
  const keywords = createKeywordIndex()
  const indexed = new Map<string, string>()
  for (const chunk of vectors.chunks.values()) {
    keywords.add(chunk.id, toSearchText(chunk))
    indexed.set(chunk.document, chunk.fingerprint)
  }
  let latest: DocumentFiles | null = null
  const toFingerprint = (sha256: string) => [CHUNKING, embeddings.name, sha256].join(' ')

  return {
    async update(documents, signal) {
      if (documents === latest) return
      const isCurrent = (name: string) =>
        indexed.get(name) === toFingerprint(documents.get(name)?.sha256 ?? 'none')
      const outdated = new Set([...indexed.keys(), ...documents.keys()].filter((name) => !isCurrent(name)))
      if (outdated.size === 0) {
        latest = documents
        return
      }

      const removed = [...vectors.chunks.values()].filter((chunk) => outdated.has(chunk.document))
      const removedIds = new Set(removed.map((chunk) => chunk.id))
      const fingerprints = new Map<string, string>()
      const added: IndexedChunk[] = []
      for (const name of outdated) {
        const file = documents.get(name)
        const document = file === undefined ? null : await readDocument(file.path)
        if (document === null) continue
        const fingerprint = toFingerprint(document.sha256)
        fingerprints.set(name, fingerprint)
        for (const [at, chunk] of toChunks(name, document.text).entries()) {
          added.push({ ...chunk, id: `${name}#${at}`, document: name, fingerprint })
        }
      }
      const texts = added.map(toSearchText)
      vectors.replace(removedIds, added, await embeddings.embed(texts, signal))

      keywords.remove(removedIds)
      for (const [at, chunk] of added.entries()) keywords.add(chunk.id, texts[at] ?? '')
      for (const name of outdated) indexed.delete(name)
      for (const [name, fingerprint] of fingerprints) indexed.set(name, fingerprint)
      latest = documents
    },

    async search(query, limit, signal) {
      const { byWords, byMeaning } = await rank(query, Math.max(FUSION_DEPTH, limit), signal)
      const passages = fuseRankings([
        { ids: byWords, weight: 1 },
        { ids: byMeaning, weight: embeddings.weight },
      ]).flatMap(([id, relevance]): Passage[] => {
        const chunk = vectors.chunks.get(id)
        if (chunk === undefined) return []
        const { document, headings, lines, text } = chunk
        return [{ document, headings, lines, text, relevance }]
      })
      return dropNearDuplicates(passages, ({ text }) => text, limit).map((passage) => ({
        ...passage,
        text: cutMiddle(passage.text, MAX_PASSAGE_CHARACTERS),
      }))
    },

    rank,
    chunks: vectors.chunks,
  }

  async function rank(query: string, depth: number, signal: AbortSignal): Promise<Rankings> {
    const text = query.slice(0, MAX_QUERY_CHARACTERS)
    const [vector = []] = await embeddings.embed([text], signal)
    return { byWords: keywords.search(text, depth), byMeaning: vectors.nearest(vector, depth) }
  }
}

/** What is searched: the text with the words around it that say what it is about. */
function toSearchText(chunk: IndexedChunk): string {
  const fileName = chunk.document.slice(chunk.document.lastIndexOf('/') + 1)
  return [fileName, ...chunk.headings, chunk.text].join('\n')
}
