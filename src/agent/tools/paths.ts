import { lstat, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

/**
 * The absolute path of a file in the workspace. Links are resolved first, those of the folders above a file that does
 * not exist yet included, so that no link leads out. Throws an error for the agent when the path leaves the workspace.
 */
export async function resolveInWorkspace(directory: string, path: string): Promise<string> {
  if (path.includes('\0')) throw new Error('a path can not contain a zero byte')
  const root = await realpath(directory)
  const wanted = isAbsolute(path) ? path : resolve(root, path)
  const real = await resolveLinks(wanted)
  if (!isInside(root, real)) throw new Error(`${path} is outside the workspace`)
  return real
}

/** Like `resolveInWorkspace`, for a plain file that is there: opening a pipe would wait for ever. */
export async function resolveForReading(directory: string, path: string): Promise<string> {
  const real = await resolveInWorkspace(directory, path)
  if (!(await isPlainFile(real, path))) throw new Error(`there is no file ${path}`)
  return real
}

/**
 * Like `resolveInWorkspace`, for a plain file that is about to be changed or made: the lineage's own records are out of
 * reach.
 */
export async function resolveForWriting(directory: string, path: string): Promise<string> {
  const real = await resolveInWorkspace(directory, path)
  const parts = relative(await realpath(directory), real).split(sep)
  if (parts.some((part) => part.toLowerCase() === '.git'))
    throw new Error(`${path} belongs to git and is not yours to change`)
  await isPlainFile(real, path)
  return real
}

/** False where nothing is; throws an error for the agent where something else is. */
async function isPlainFile(real: string, path: string): Promise<boolean> {
  try {
    if ((await stat(real)).isFile()) return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
  throw new Error(`${path} is not a plain file`)
}

async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error
    // Writing through a link to nothing would make the file that it points to, wherever that is.
    if (await isLink(path)) throw new Error(`${path} is a link to nothing`)
    return join(await resolveLinks(dirname(path)), basename(path))
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink()
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}
