import { createHash } from 'node:crypto'
import { createReadStream, type Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Made by tools, never by the scorer's author. */
const IGNORED_NAMES = new Set(['.git', '__pycache__', '.DS_Store'])

/** A file of a scorer. */
export interface ScorerFile {
  /** Relative to the scorer's directory, with `/`. */
  readonly path: string
  readonly executable: boolean
}

/** The files below a directory in order of path; links are followed, what is excluded (absolute paths) is left out. */
export async function listScorerFiles(
  directory: string,
  exclude: readonly string[] = [],
): Promise<readonly ScorerFile[]> {
  const files: ScorerFile[] = []

  async function walk(relative: string, ancestors: readonly string[]): Promise<void> {
    const here = join(directory, relative)
    const real = await realpath(here)
    if (ancestors.includes(real)) return
    const entries: Dirent[] = await readdir(here, { withFileTypes: true })
    for (const { name } of entries) {
      const path = relative === '' ? name : `${relative}/${name}`
      if (IGNORED_NAMES.has(name) || exclude.includes(join(directory, path))) continue
      const found = await stat(join(directory, path)).catch(() => null)
      if (found?.isDirectory()) await walk(path, [...ancestors, real])
      else if (found?.isFile()) files.push({ path, executable: (found.mode & 0o111) !== 0 })
    }
  }

  await walk('', [])
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** SHA-256 of a file's content, in hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** SHA-256 over all files below a directory and what else makes the scorer what it is. */
export async function hashScorer(directory: string, identity: unknown): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(identity))
  for (const { path, executable } of await listScorerFiles(directory))
    hash.update(JSON.stringify([path, executable, await hashFile(join(directory, path))]))
  return hash.digest('hex')
}
