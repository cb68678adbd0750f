import { createHash } from 'node:crypto'
import { type Dirent, stat as statWithCallback } from 'node:fs'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { AvoError, toMessage } from '../errors.ts'
import { firstLine } from '../text.ts'
import { titleOf, toLines } from './chunks.ts'
import { toDocumentText } from './document-text.ts'
import { readPdf, type TextOrProblem } from './read-pdf.ts'

/** A folder of documents. One that does not exist is an empty one, until somebody makes it. */
export interface KnowledgeSource {
  readonly directory: string
  /** What the names of its documents begin with: `knowledge-base/`, `avo/`. */
  readonly prefix: string
}

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

/** A larger file is no document that somebody wrote for a reader; a PDF's figures count too. */
const MAX_DOCUMENT_BYTES = 1024 * 1024
const MAX_PDF_BYTES = 64 * 1024 * 1024
/** How a document begins is told in so many characters, and looked for in so many. */
const OPENING_CHARACTERS = 160
const OPENING_IN = 2_000
/** Headings, their underlines, fences, empty lines. */
const NO_PROSE = /^\s*(?:#.*|[-=~^"'*+`]{3,}.*)?$/
/** Hidden files, what editors and downloads leave for a moment beside the real file, names that would not be shown as they are. */
const PASSED_OVER = /^\.|^#.*#$|~$|\.(?:sw[a-p]|tmp|part|crdownload)$|[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u
/** All of thousands at once fill the memory with what waits. */
const LOOKS_AT_ONCE = 100
const PDF_NAME = /\.pdf$/i

/** A third of the time that the one of node:fs/promises takes, which is what a look at thousands of files takes. */
const stat = promisify(statWithCallback)

/** Whether a file of this name can be a document. */
export function isDocumentName(name: string): boolean {
  return !PASSED_OVER.test(name)
}

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
    const files = await listFiles(sources)
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

/** A document as it is indexed and read, and the hash of its bytes; or why it is none; null where the file is gone. */
export async function readDocument(
  path: string,
): Promise<{ readonly text: string; readonly sha256: string } | { readonly problem: string } | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return null
  // Reading a pipe would wait for ever.
  if (!found.isFile()) return { problem: 'is no file' }
  const limit = PDF_NAME.test(path) ? MAX_PDF_BYTES : MAX_DOCUMENT_BYTES
  if (found.size > limit) return { problem: `has more than ${limit / 1024 ** 2} MiB` }
  try {
    const bytes = await readFile(path)
    const read = PDF_NAME.test(path) ? await readPdf(bytes, basename(path)) : toText(path, bytes)
    if ('problem' in read) return read
    return { text: read.text, sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    return isGone(error) ? null : { problem: `can't be read (${toMessage(error)})` }
  }
}

function toText(path: string, bytes: Uint8Array): TextOrProblem {
  if (bytes.includes(0)) return { problem: 'is no text' }
  try {
    return { text: toDocumentText(path, new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return { problem: 'is no text in UTF-8' }
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

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Every file's name and path, in order of name. */
async function listFiles(
  sources: readonly KnowledgeSource[],
): Promise<readonly (readonly [string, string])[]> {
  const files = new Map<string, string>()
  for (const { directory, prefix } of sources) {
    const root = await openRoot(directory)
    if (root === null) continue
    for (const path of await walk(root, root, new Set([root]))) {
      const name = prefix + path.slice(root.length + 1).replaceAll(sep, '/')
      if (!files.has(name)) files.set(name, path)
    }
  }
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1))
}

async function openRoot(directory: string): Promise<string | null> {
  try {
    const root = await realpath(directory)
    await readdir(root)
    return root
  } catch (error) {
    if (isGone(error)) return null
    throw new AvoError(
      'knowledge',
      `the knowledge base ${directory} can't be read: ${toMessage(error)}`,
      'Make it a folder that you may read, or remove it.',
      { cause: error },
    )
  }
}

async function walk(folder: string, root: string, visited: Set<string>): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => [])
  const paths: string[] = []
  for (const entry of entries) {
    if (!isDocumentName(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isFile()) paths.push(path)
    else if (entry.isDirectory()) paths.push(...(await walk(path, root, visited)))
    else if (entry.isSymbolicLink()) paths.push(...(await followLink(path, root, visited)))
  }
  return paths
}

/** Links are followed inside the folder only: one that leaves it would put any file of the machine before the agent. */
async function followLink(path: string, root: string, visited: Set<string>): Promise<readonly string[]> {
  const target = await realpath(path).catch(() => null)
  if (target === null || !target.startsWith(root + sep) || visited.has(target)) return []
  const found = await stat(target).catch(() => null)
  if (!found?.isDirectory()) return [path]
  return walk(path, root, visited.add(target))
}
