import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, lstat, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { AvoError } from '../errors.ts'
import { replaceFile, syncDirectory } from './durable-file.ts'

/** A file of a tree: its path, what kind it is, and the hash of its bytes (of its target, for a link). */
const entrySchema = z.object({
  path: z.string(),
  kind: z.enum(['file', 'executable', 'link']),
  content: z.string(),
})

export type TreeEntry = z.infer<typeof entrySchema>

/** Trees of files by the hash of their content. A file that many trees share is kept once. */
export interface TreeStore {
  /** Takes a file or a link in; null where there is neither. */
  addFile(directory: string, path: string): Promise<TreeEntry | null>
  /** Keeps a tree and gives its id. Durable when it returns. */
  addTree(entries: readonly TreeEntry[]): Promise<string>
  /** The files of a tree in order of path. Throws an `AvoError` (`storage`) where there is no such tree. */
  readTree(tree: string): Promise<readonly TreeEntry[]>
  readContent(entry: TreeEntry): Promise<Buffer>
  /** Writes a file of a tree, in the place of whatever is there. */
  writeEntry(entry: TreeEntry, directory: string): Promise<void>
}

/** Opens the store in a directory, which is created when something is kept. */
export function createTreeStore(directory: string): TreeStore {
  const contentFile = (hash: string): string => join(directory, 'files', hash.slice(0, 2), hash)
  const treeFile = (tree: string): string => join(directory, 'trees', `${tree}.json`)

  return {
    async addFile(from, path) {
      const file = join(from, path)
      const stats = await lstat(file).catch(() => null)
      if (!stats?.isFile() && !stats?.isSymbolicLink()) return null
      const isLink = stats.isSymbolicLink()
      const bytes = isLink ? Buffer.from(await readlink(file)) : await readFile(file)
      const kind = isLink ? 'link' : stats.mode & 0o100 ? 'executable' : 'file'
      return { path, kind, content: await addContent(bytes) }
    },
    async addTree(entries) {
      const text = JSON.stringify(entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
      const tree = hashOf(text)
      if (!existsSync(treeFile(tree))) {
        await mkdir(dirname(treeFile(tree)), { recursive: true })
        replaceFile(treeFile(tree), text)
      }
      return tree
    },
    async readTree(tree) {
      const text = await readFile(treeFile(tree), 'utf8').catch(() => null)
      if (text === null) throw new AvoError('storage', `there is no tree ${tree} in ${directory}`)
      return z.array(entrySchema).parse(JSON.parse(text))
    },
    readContent: ({ content }) => readFile(contentFile(content)),
    async writeEntry({ path, kind, content }, to) {
      const file = join(to, path)
      await clearTheWay(to, path)
      const bytes = await readFile(contentFile(content))
      if (kind === 'link') await symlink(bytes.toString(), file)
      else await writeFile(file, bytes)
      if (kind === 'executable') await chmod(file, 0o755)
    },
  }

  async function addContent(bytes: Buffer): Promise<string> {
    const hash = hashOf(bytes)
    const file = contentFile(hash)
    if (existsSync(file)) return hash
    await mkdir(dirname(file), { recursive: true })
    const draft = `${file}.${process.pid}`
    await writeFile(draft, bytes, { flush: true })
    await rename(draft, file)
    syncDirectory(dirname(file))
    return hash
  }
}

/** Directories lead to the file afterwards, and nothing is in its place: no link takes what is written somewhere else. */
async function clearTheWay(root: string, path: string): Promise<void> {
  const parents = path.split('/').slice(0, -1)
  for (const [index] of parents.entries()) {
    const parent = join(root, ...parents.slice(0, index + 1))
    const stats = await lstat(parent).catch(() => null)
    if (stats !== null && !stats.isDirectory()) await rm(parent)
  }
  await rm(join(root, path), { recursive: true, force: true })
  await mkdir(dirname(join(root, path)), { recursive: true })
}

function hashOf(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
