import { createHash } from 'node:crypto'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from './scorer-files.ts'

/** SHA-256 over all files of a candidate that was just written: paths, whether they are programs, content. Links are not followed. */
export async function hashCandidate(directory: string): Promise<string> {
  const hash = createHash('sha256')

  async function walk(parent: string): Promise<void> {
    for (const name of (await readdir(join(directory, parent))).sort()) {
      const path = join(parent, name)
      const file = join(directory, path)
      const stats = await lstat(file)
      const content = stats.isDirectory()
        ? ['directory']
        : stats.isSymbolicLink()
          ? ['link', await readlink(file)]
          : [await hashFile(file), stats.mode & 0o111]
      hash.update(JSON.stringify([path, ...content]))
      if (stats.isDirectory()) await walk(path)
    }
  }

  await walk('')
  return hash.digest('hex')
}
