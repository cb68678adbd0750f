import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { AvoError, toMessage } from '../errors.ts'
import { toVisible } from '../text.ts'

/** A folder of documents. One that does not exist is an empty one, until somebody makes it. */
export interface KnowledgeSource {
  readonly directory: string
  /** What the names of its documents begin with: `knowledge-base/`, `avo/`. */
  readonly prefix: string
}

/** Hidden files, what editors and downloads leave for a moment beside the real file, names of more than a line. */
const PASSED_OVER = /^\.|^#.*#$|~$|\.(?:sw[a-p]|tmp|part|crdownload)$|\p{Cc}/u

/** Whether a file of this name can be a document. One that would not be shown as it is can't. */
export function isDocumentName(name: string): boolean {
  return !PASSED_OVER.test(name) && toVisible(name) === name
}

/** Every file that can be a document, its name and its path, in order of name. Throws `AvoError` `knowledge` where a folder can't be read. */
export async function listDocumentFiles(
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
  const found: (string | readonly string[])[] = []
  for (const entry of entries) {
    if (!isDocumentName(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isFile()) found.push(path)
    else if (entry.isDirectory()) found.push(await walk(path, root, visited))
    else if (entry.isSymbolicLink()) found.push(await followLink(path, root, visited))
  }
  return found.flat()
}

/** Links are followed inside the folder only: one that leaves it would put any file of the machine before the agent. */
async function followLink(path: string, root: string, visited: Set<string>): Promise<readonly string[]> {
  const target = await realpath(path).catch(() => null)
  if (target === null || !target.startsWith(root + sep) || visited.has(target)) return []
  const found = await stat(target).catch(() => null)
  if (!found?.isDirectory()) return [path]
  return walk(path, root, visited.add(target))
}
