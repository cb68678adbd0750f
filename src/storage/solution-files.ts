import { lstatSync, readlinkSync, rmSync, type Stats } from 'node:fs'
import { dirname, isAbsolute, join, normalize } from 'node:path'

/**
 * Checks that a file can be part of a solution: a regular file, or a link to something in the workspace. A missing one is
 * fine. Throws an error that the agent can act on.
 */
export function requirePortable(directory: string, path: string): void {
  const stats = look(directory, path)
  if (stats === undefined && path.includes('\uFFFD'))
    throw new Error(`the name of ${path} is not UTF-8, so the file can't be part of a solution: rename it`)
  if (stats === undefined || stats.isFile() || stats.isDirectory()) return
  if (!stats.isSymbolicLink())
    throw new Error(`${path} is neither a file nor a link, so it can't be part of a solution: remove it`)
  const target = readlinkSync(join(directory, path))
  if (isAbsolute(target) || /^\.\.(?:\/|$)/.test(normalize(join(dirname(path), target))))
    throw new Error(
      `${path} is a link to ${target}, which is not in the workspace, so it can't be part of a solution: copy the file in its place`,
    )
}

/** Removes pipes, sockets and devices: they have no content to keep and stand in the way of the files they replaced. */
export function removeSpecialFiles(directory: string, paths: readonly string[]): void {
  for (const path of paths) {
    const stats = look(directory, path)
    if (stats === undefined || stats.isFile() || stats.isDirectory() || stats.isSymbolicLink()) continue
    rmSync(join(directory, path))
  }
}

/**
 * Whether a path is a file of the workspace: reached through directories only, and itself none. Through a link it is a file of
 * somewhere else, and where a directory is now, the file is gone.
 */
export function createLocator(directory: string): (path: string) => 'here' | 'elsewhere' {
  const known = new Map<string, boolean>([['.', false]])
  const leadsAway = (parent: string): boolean => {
    const answer = known.get(parent)
    if (answer !== undefined) return answer
    const leads = leadsAway(dirname(parent)) || look(directory, parent)?.isSymbolicLink() === true
    known.set(parent, leads)
    return leads
  }
  return (path) =>
    leadsAway(dirname(path)) || look(directory, path)?.isDirectory() === true ? 'elsewhere' : 'here'
}

/** Undefined where there is nothing, also where a folder of the path is a file now. */
function look(directory: string, path: string): Stats | undefined {
  try {
    return lstatSync(join(directory, path), { throwIfNoEntry: false })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined
    throw error
  }
}
