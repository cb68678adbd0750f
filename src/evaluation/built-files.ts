import { constants, type Stats } from 'node:fs'
import { chmod, copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AvoError, toDiskError, toMessage } from '../errors.ts'
import { renderBytes } from '../text.ts'

const MAX_BYTES = 1024 ** 3
const MAX_ENTRIES = 20_000

/** What a build made can't be kept. The message says why, in words for the agent. */
export class UnfitBuild extends Error {
  override readonly name = 'UnfitBuild'
}

/** A directory that was built, as it is kept: what lies where, and by what it is known to be unchanged. */
export interface BuiltFiles {
  readonly bytes: number
  /** Whether nobody wrote there since. */
  isIntact(): Promise<boolean>
  /** Writes a copy into an empty directory. */
  copyTo(directory: string): Promise<void>
}

interface Entry {
  readonly path: string
  readonly kind: 'directory' | 'file' | 'executable' | 'link'
  /** Of a file: what can't be written without changing it. */
  readonly identity: string
}

/**
 * Copies what a build left in a directory, once nothing of the build is alive: files, directories, and links as links.
 * Nothing is followed, and of a file's mode only whether it is a program is kept. Throws `UnfitBuild`.
 */
export async function keepBuiltFiles(from: string, to: string): Promise<BuiltFiles> {
  await copyBuilt(from, to)
  const { entries, bytes } = await listEntries(to)
  return {
    bytes,
    async isIntact() {
      const now = await listEntries(to).catch(() => null)
      return JSON.stringify(now?.entries) === JSON.stringify(entries)
    },
    copyTo: (directory) => copyEntries(entries, to, directory),
  }
}

/** What can't be read is the build's doing; what can't be written for lack of room is not. */
async function copyBuilt(from: string, to: string): Promise<void> {
  try {
    const { entries } = await listEntries(from)
    await copyEntries(entries, from, to)
  } catch (error) {
    if (error instanceof UnfitBuild || toDiskError(error) instanceof AvoError) throw error
    const message = toMessage(error).replaceAll(`${from}/`, '').replaceAll(`${to}/`, '')
    throw new UnfitBuild(`what it made can't be read: ${message}`)
  }
}

async function listEntries(
  directory: string,
): Promise<{ readonly entries: readonly Entry[]; readonly bytes: number }> {
  const entries: Entry[] = []
  let bytes = 0

  async function walk(parent: string): Promise<void> {
    for (const name of (await readdir(join(directory, parent))).sort()) {
      const path = join(parent, name)
      const stats = await lstat(join(directory, path))
      const kind = kindOf(stats)
      if (kind === null) throw new UnfitBuild(`it made something that is no file: ${path.slice(0, 200)}`)
      bytes += kind === 'directory' ? 0 : stats.size
      entries.push({ path, kind, identity: kind === 'directory' ? '' : identityOf(stats) })
      if (entries.length > MAX_ENTRIES) throw new UnfitBuild(`it made more than ${MAX_ENTRIES} files`)
      if (bytes > MAX_BYTES) throw new UnfitBuild(`it made more than ${renderBytes(MAX_BYTES)}`)
      if (kind === 'directory') await walk(path)
    }
  }

  await walk('')
  return { entries, bytes }
}

/** In order of path: a directory is there before what is in it. */
async function copyEntries(entries: readonly Entry[], from: string, to: string): Promise<void> {
  for (const { path, kind } of entries) {
    const [source, target] = [join(from, path), join(to, path)]
    if (kind === 'directory') await mkdir(target)
    else if (kind === 'link') await symlink(await readlink(source), target)
    else {
      await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
      await chmod(target, kind === 'executable' ? 0o755 : 0o644)
    }
  }
}

function kindOf(stats: Stats): Entry['kind'] | null {
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'link'
  if (!stats.isFile()) return null
  return stats.mode & 0o111 ? 'executable' : 'file'
}

/** The time of the last change of an inode is the kernel's to set, nobody else's. */
function identityOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino}:${size}:${mtimeMs}:${ctimeMs}`
}
