import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { AvoError, toMessage } from '../errors.ts'
import { firstLine } from '../text.ts'
import { titleOf, toLines } from './chunks.ts'
import { toDocumentText } from './document-text.ts'

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

/** A larger file is no document that somebody wrote for a reader. */
const MAX_DOCUMENT_BYTES = 1024 * 1024
/** How a document begins is told in so many characters, and looked for in so many. */
const OPENING_CHARACTERS = 160
const OPENING_IN = 2_000
/** Headings, their underlines, fences, empty lines. */
const NO_PROSE = /^\s*(?:#.*|[-=~^"'*+`]{3,}.*)?$/
/** Hidden files, what editors and downloads leave for a moment beside the real file, names that would break a line. */
const PASSED_OVER = /^\.|^#.*#$|~$|\.(?:sw[a-p]|tmp|part|crdownload)$|\p{Cc}/u

/** Whether a file of this name can be a document. */
export function isDocumentName(name: string): boolean {
  return !PASSED_OVER.test(name)
}

/**
 * Walks the folders again at every call; reads only files whose stamp is new, beginning with
 * those of `known`.
 * Whatever is no UTF-8 text of at most 1 MiB is no document. Throws `AvoError` `knowledge` where a folder can't be read.
 */
export function createDocumentScanner(
  sources: readonly KnowledgeSource[],
  known: DocumentFiles,
): () => Promise<DocumentFiles> {
  let documents = known
  let others: ReadonlyMap<string, string> = new Map()
  return async () => {
    const found = new Map<string, DocumentFile>()
    const passedOver = new Map<string, string>()
    const files = await listFiles(sources)
    const stamps = await Promise.all(files.map(([, path]) => readStamp(path)))
    for (const [at, [name, path]] of files.entries()) {
      const stamp = stamps[at]
      if (stamp === undefined || stamp === null) continue
      const before = documents.get(name)
      if (before?.stamp === stamp) {
        found.set(name, before.path === path ? before : { ...before, path })
        continue
      }
      const read = others.get(name) === stamp ? null : await readDocument(path)
      if (read === null) passedOver.set(name, stamp)
      else {
        const { sha256, text } = read
        found.set(name, { path, stamp, sha256, title: titleOf(name, text), opening: openingOf(text) })
      }
    }
    others = passedOver
    documents = found
    return found
  }
}

/** A document as it is indexed and read, and the hash of its bytes; null where it is no document, or gone. */
export async function readDocument(path: string): Promise<{ text: string; sha256: string } | null> {
  try {
    const bytes = await readFile(path)
    if (bytes.length > MAX_DOCUMENT_BYTES || bytes.includes(0)) return null
    const raw = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { text: toDocumentText(path, raw), sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch {
    return null
  }
}

function openingOf(text: string): string {
  const lines = toLines(text.slice(0, OPENING_IN)).filter((line) => !NO_PROSE.test(line))
  return firstLine(lines.join(' ').replace(/\s+/g, ' '), OPENING_CHARACTERS)
}

/** Null for a file that is gone, too large, or no plain file (reading a pipe would wait for ever). */
async function readStamp(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isFile() || found.size > MAX_DOCUMENT_BYTES) return null
  return [found.size, found.mtimeMs, found.ctimeMs, found.ino].join(' ')
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
      const name = prefix + relative(root, path).split(sep).join('/')
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
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
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
