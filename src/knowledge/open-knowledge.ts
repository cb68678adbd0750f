import { join } from 'node:path'
import { createQueue } from '../queue.ts'
import { toLines } from './chunks.ts'
import { createDocumentScanner, type DocumentFiles, type KnowledgeSource, readDocument } from './documents.ts'
import type { Embeddings } from './embeddings.ts'
import type { DocumentPage, Knowledge } from './knowledge.ts'
import { readKnownDocuments, toDocumentChanges, writeKnownDocuments } from './known-documents.ts'
import { openPassageIndex, type PassageIndex } from './passage-index.ts'

/** Where the documents are, and where what is made of them goes. */
export interface KnowledgeOptions {
  readonly sources: readonly KnowledgeSource[]
  /** Everything in it can be deleted; then nothing is news at the next opening, and every document is indexed again. */
  readonly indexDirectory: string
  readonly embeddings: Embeddings
}

/** To look at so many files takes longer than to search them: between two turns they are taken to be as they were. */
const LARGE_BASE = 1_000
const PAGE_LINES = 400
const PAGE_CHARACTERS = 16_000

/**
 * Opens K. Documents that are there when a run opens it for the first time are its base; whatever comes, changes or
 * goes later is news to `refresh`, also what did so between two sessions. Nothing is embedded, and no heavy package
 * loaded, before the first search. Throws `AvoError` `knowledge` where folders can't be read or the index not written.
 */
export async function openKnowledge(options: KnowledgeOptions): Promise<Knowledge> {
  const { sources, indexDirectory, embeddings } = options
  const knownPath = join(indexDirectory, 'documents.json')
  const known = await readKnownDocuments(knownPath)
  const scan = createDocumentScanner(sources, known ?? new Map())
  let seen: DocumentFiles | null = known === null ? await scan() : null
  let announced = known ?? seen ?? new Map()
  if (known === null) writeKnownDocuments(knownPath, announced)
  let passages: PassageIndex | null = null
  // An index takes one change at a time.
  const inTurn = createQueue()
  const look = async (): Promise<DocumentFiles> => {
    seen = await scan()
    return seen
  }
  const lookUnlessLarge = async (): Promise<DocumentFiles> =>
    seen !== null && seen.size > LARGE_BASE ? seen : look()

  return {
    search(query, limit, signal) {
      return inTurn(async () => {
        signal.throwIfAborted()
        const documents = await lookUnlessLarge()
        if (documents.size === 0 || query.trim() === '') return []
        passages ??= await openPassageIndex(join(indexDirectory, 'passages.index'), embeddings)
        await passages.update(documents, signal)
        return passages.search(query, limit, signal)
      })
    },

    read(document, fromLine) {
      return inTurn(async () => {
        const file = (await lookUnlessLarge()).get(document)
        const found = file === undefined ? null : await readDocument(file.path)
        return file === undefined || found === null
          ? null
          : toPage(document, file.title, found.text, fromLine)
      })
    },

    list() {
      return inTurn(async () =>
        [...(await lookUnlessLarge())].map(([document, { title }]) => ({ document, title })),
      )
    },

    refresh() {
      return inTurn(async () => {
        const documents = await look()
        const changes = toDocumentChanges(announced, documents)
        if (changes.length > 0) writeKnownDocuments(knownPath, documents)
        announced = documents
        return changes
      })
    },
  }
}

function toPage(document: string, title: string, text: string, fromLine: number): DocumentPage {
  const lines = toLines(text)
  const first = Math.min(Math.max(Math.trunc(fromLine) || 1, 1), Math.max(lines.length, 1))
  let last = first
  let length = lines[first - 1]?.length ?? 0
  while (last < lines.length && last - first + 1 < PAGE_LINES) {
    length += 1 + (lines[last]?.length ?? 0)
    if (length > PAGE_CHARACTERS) break
    last++
  }
  const page = lines
    .slice(first - 1, last)
    .join('\n')
    .slice(0, PAGE_CHARACTERS)
  return { document, title, lines: [first, last], totalLines: lines.length, text: page }
}
