import { join } from 'node:path'
import type { DocumentChange } from '../events.ts'
import { createQueue } from '../queue.ts'
import { toLines } from './chunks.ts'
import type { KnowledgeSource } from './document-folders.ts'
import { createDocumentScanner, type DocumentFile, type FolderContents } from './documents.ts'
import type { Embeddings } from './embeddings.ts'
import { type DocumentPage, type Knowledge, LESSONS_PREFIX } from './knowledge.ts'
import { readKnownDocuments, toDocumentChanges, writeKnownDocuments } from './known-documents.ts'
import { LONGEST_LINE } from './long-lines.ts'
import { openPassageIndex, type PassageIndex } from './passage-index.ts'
import { readDocument } from './read-document.ts'

/** Where the documents are, and where what is made of them goes. */
export interface KnowledgeOptions {
  readonly sources: readonly KnowledgeSource[]
  /** Everything in it can be deleted; then nothing is news at the next opening, and every document is indexed again. */
  readonly indexDirectory: string
  readonly embeddings: Embeddings
  /** Is told once of each file that no document can be made of, at the opening or by `refresh`. */
  readonly onUnreadable?: (file: UnreadableDocument) => void
}

/** A file that no document can be made of. */
export interface UnreadableDocument {
  readonly document: string
  /** Why, in words that go on after `it`. */
  readonly problem: string
}

/** K, and what of its folders is not in it. */
export interface KnowledgeBase extends Knowledge {
  /** In order of name. */
  listUnreadable(): Promise<readonly UnreadableDocument[]>
}

/** To look at so many files takes longer than to search them: between two turns they are taken to be as they were. */
const LARGE_BASE = 1_000
const PAGE_LINES = 400
const PAGE_CHARACTERS = LONGEST_LINE
const NOTHING: FolderContents = { documents: new Map(), unreadable: new Map() }

/**
 * Opens K. Documents that are there when a run opens it for the first time are its base; whatever comes, changes or
 * goes later is news to `refresh`, also what did so between two sessions. Nothing is embedded, and no heavy package
 * loaded, before the first search. Throws `AvoError` `knowledge` where folders can't be read or the index not written.
 */
export async function openKnowledge({
  sources,
  indexDirectory,
  embeddings,
  onUnreadable,
}: KnowledgeOptions): Promise<KnowledgeBase> {
  const knownPath = join(indexDirectory, 'documents.json')
  const known = await readKnownDocuments(knownPath)
  // What could not be read may be readable to another session.
  const scan = createDocumentScanner(sources, { ...NOTHING, documents: (known ?? NOTHING).documents })
  let seen: FolderContents | null = null
  let told = known
  if (known === null) tell(await look())
  let passages: PassageIndex | null = null
  // A document is read page by page, and a long PDF takes seconds.
  let lastRead: { readonly file: DocumentFile; readonly lines: readonly string[] } | null = null
  // An index takes one change at a time.
  const inTurn = createQueue()

  return {
    search(query, options, signal) {
      return inTurn(async () => {
        signal.throwIfAborted()
        const { documents } = await lookUnlessLarge()
        if (documents.size === 0 || query.trim() === '') return []
        const index = passages ?? (await openPassageIndex(join(indexDirectory, 'passages'), embeddings))
        // Where it could not be brought up to date, the next search begins with what the disk has, and mends it.
        passages = null
        await index.update(documents, signal)
        passages = index
        return index.search(query, options, signal)
      })
    },

    read(document, fromLine) {
      return inTurn(async () => {
        const file = (await lookUnlessLarge()).documents.get(document)
        if (file === undefined) return null
        if (lastRead?.file !== file) {
          const found = await readDocument(file.path)
          if (found === null || 'problem' in found) return null
          lastRead = { file, lines: toLines(found.text) }
        }
        return toPage(document, file.title, lastRead.lines, fromLine)
      })
    },

    list() {
      return inTurn(async () =>
        [...(await lookUnlessLarge()).documents].map(([document, { title }]) => ({ document, title })),
      )
    },

    listUnreadable() {
      return inTurn(async () =>
        [...(await lookUnlessLarge()).unreadable].map(([document, { problem }]) => ({ document, problem })),
      )
    },

    refresh() {
      return inTurn(async () => tell(await look()))
    },
  }

  async function look(): Promise<FolderContents> {
    seen = await scan()
    return seen
  }

  async function lookUnlessLarge(): Promise<FolderContents> {
    return seen !== null && seen.documents.size > LARGE_BASE ? seen : look()
  }

  /** What is news; it is none afterwards, in this session and in others. */
  function tell(found: FolderContents): readonly DocumentChange[] {
    const before = told ?? { ...NOTHING, documents: found.documents }
    const changes = toDocumentChanges(before.documents, found.documents).filter(
      ({ document }) => !document.startsWith(LESSONS_PREFIX),
    )
    const unreadable = [...found.unreadable].filter(
      ([name, { stamp }]) => before.unreadable.get(name)?.stamp !== stamp,
    )
    for (const [document, { problem }] of unreadable) onUnreadable?.({ document, problem })
    if (told === null || changes.length > 0 || unreadable.length > 0) writeKnownDocuments(knownPath, found)
    told = found
    return changes
  }
}

function toPage(document: string, title: string, lines: readonly string[], fromLine: number): DocumentPage {
  const first = Math.min(Math.max(Math.trunc(fromLine) || 1, 1), Math.max(lines.length, 1))
  let last = first
  let length = lines[first - 1]?.length ?? 0
  while (last < lines.length && last - first + 1 < PAGE_LINES) {
    length += 1 + (lines[last]?.length ?? 0)
    if (length > PAGE_CHARACTERS) break
    last++
  }
  const text = lines.slice(first - 1, last).join('\n')
  return { document, title, lines: [first, last], totalLines: lines.length, text }
}
