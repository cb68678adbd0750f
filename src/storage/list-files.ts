import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import picomatch from 'picomatch'

/** Whether a file or a directory has one of these names (git's patterns), or is git's own. */
export function createNameMatcher(patterns: readonly string[]): (name: string) => boolean {
  return picomatch([...patterns, '.git'], { dot: true })
}

/**
 * Files and links below a directory, as paths relative to it; links are not followed. What lies deeper than a path can be
 * long is left out: nobody could read it by its path.
 */
export function listFiles(
  directory: string,
  isLeftOut: (name: string) => boolean,
  prefix = '',
): readonly string[] {
  return readEntries(join(directory, prefix))
    .filter(({ name }) => !isLeftOut(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? listFiles(directory, isLeftOut, `${prefix}${entry.name}/`)
        : [`${prefix}${entry.name}`],
    )
}

function readEntries(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENAMETOOLONG') return []
    throw error
  }
}
