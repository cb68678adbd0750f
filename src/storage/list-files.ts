import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import picomatch from 'picomatch'

/** Whether a file or a directory has one of these names (git's patterns), or is git's own. */
export function createNameMatcher(patterns: readonly string[]): (name: string) => boolean {
  return picomatch([...patterns, '.git'], { dot: true })
}

/** Files and links below a directory, as paths relative to it; links are not followed. */
export function listFiles(
  directory: string,
  isLeftOut: (name: string) => boolean,
  prefix = '',
): readonly string[] {
  return readdirSync(join(directory, prefix), { withFileTypes: true })
    .filter(({ name }) => !isLeftOut(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? listFiles(directory, isLeftOut, `${prefix}${entry.name}/`)
        : [`${prefix}${entry.name}`],
    )
}
