import { stat as statWithCallback } from 'node:fs'
import { promisify } from 'node:util'
import { firstLine } from '../text.ts'
import { titleOf, toLines } from './chunks.ts'
import { type KnowledgeSource, listDocumentFiles } from './document-folders.ts'
import { readDocument } from './read-document.ts'

/** A document on the disk, as it was when it was last looked at. */
export interface DocumentFile {
  readonly path: string
  readonly title: string
  /** How it begins, below its title, on one line. */
  readonly opening: string
  readonly sha256: string
  /** Differs when the file was written, replaced or moved in since. */
  readonly stamp: string
}

/** Documents by name. */
export type DocumentFiles = ReadonlyMap<string, DocumentFile>

/** A file of the folders that no document can be made of. */
export interface UnreadableFile {
  /** Why, in words that go on after `it`. */
  readonly problem: string
  readonly stamp: string
}

/** What the folders have, by name. */
export interface FolderContents {
  readonly documents: DocumentFiles
  readonly unreadable: ReadonlyMap<string, UnreadableFile>
}

/** How a document begins is told in so many characters, and looked for in so many. */
const OPENING_CHARACTERS = 160
const OPENING_IN = 2_000
/** Headings, their underlines, fences, empty lines. */
const NO_PROSE = /^\s*(?:#.*|[-=~^"'*+`]{3,}.*)?$/
/** All of thousands at once fill the memory with what waits. */
const LOOKS_AT_ONCE = 100

/** A third of the time that the one of node:fs/promises takes, which is what a look at thousands of files takes. */
const stat = promisify(statWithCallback)

/**
 * Walks the folders again at every call; reads only files whose stamp is new, beginning with those of `known`. Throws
 * `AvoError` `knowledge` where a folder can't be read.
 */
export function createDocumentScanner(
  sources: readonly KnowledgeSource[],
  known: FolderContents,
): () => Promise<FolderContents> {
  let last = known
  return async () => {
    const documents = new Map<string, DocumentFile>()
    const unreadable = new Map<string, UnreadableFile>()
    const files = await listDocumentFiles(sources)
    for (const [name, path, stamp] of await readStamps(files)) {
      const before = last.documents.get(name)
      const problemBefore = last.unreadable.get(name)
      if (before?.stamp === stamp) documents.set(name, before.path === path ? before : { ...before, path })
      else if (problemBefore?.stamp === stamp) unreadable.set(name, problemBefore)
      else {
        const read = await readDocument(path)
        if (read === null) continue
        if ('problem' in read) unreadable.set(name, { problem: read.problem, stamp })
        else documents.set(name, { path, stamp, ...describe(name, read) })
      }
    }
    last = { documents, unreadable }
    return last
  }
}

function describe(
  name: string,
  { text, sha256 }: { readonly text: string; readonly sha256: string },
): Pick<DocumentFile, 'title' | 'opening' | 'sha256'> {
  const lines = toLines(text.slice(0, OPENING_IN)).filter((line) => !NO_PROSE.test(line))
  const opening = firstLine(lines.join(' ').replace(/\s+/g, ' '), OPENING_CHARACTERS)
  return { title: titleOf(name, text), opening, sha256 }
}

/** Those that are still there, with what they were like. */
async function readStamps(
  files: readonly (readonly [string, string])[],
): Promise<readonly (readonly [name: string, path: string, stamp: string])[]> {
  const stamped: (readonly [string, string, string])[] = []
  for (let from = 0; from < files.length; from += LOOKS_AT_ONCE) {
    const some = files.slice(from, from + LOOKS_AT_ONCE)
    const stamps = await Promise.all(some.map(([, path]) => readStamp(path)))
    for (const [at, stamp] of stamps.entries()) {
      const [name, path] = some[at] ?? []
      if (name !== undefined && path !== undefined && stamp !== null) stamped.push([name, path, stamp])
    }
  }
  return stamped
}

/** Null for a file that is gone. */
async function readStamp(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  return found === null ? null : `${found.size} ${found.mtimeMs} ${found.ctimeMs} ${found.ino}`
}
