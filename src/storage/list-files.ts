import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import picomatch from 'picomatch'

/** Whether a file or a directory has one of these names (git's patterns), or is git's own. */
export function createNameMatcher(patterns: readonly string[]): (name: string) => boolean {
  return picomatch([...patterns, '.git'], { dot: true })
}

/** Files and links below a directory, as paths relative to it; links are not followed. */
export function listFiles(directory: string, isLeftOut: (name: string) => boolean): readonly string[] {
  return list(directory, isLeftOut, (path) => readdirSync(path, { withFileTypes: true }), '')
}

/** The same, less what is in directories that can't be read: without leave, or too deep for a path. */
export function listReadableFiles(
  directory: string,
  isLeftOut: (name: string) => boolean,
): readonly string[] {
  return list(directory, isLeftOut, readIfPossible, '')
}

function list(
  directory: string,
  isLeftOut: (name: string) => boolean,
  read: (path: string) => readonly Dirent[],
  prefix: string,
): readonly string[] {
  return read(join(directory, prefix))
    .filter(({ name }) => !isLeftOut(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? list(directory, isLeftOut, read, `${prefix}${entry.name}/`)
        : [`${prefix}${entry.name}`],
    )
}

function readIfPossible(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return []
  }
}
