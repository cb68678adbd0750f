import { existsSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'

/** What a path is on the disk; links are followed. */
export function kindOfPath(path: string): 'file' | 'directory' | 'missing' {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return 'missing'
  return found.isDirectory() ? 'directory' : 'file'
}

/** Whether `path` is `directory` or lies in it. Both are absolute. */
export function isWithin(path: string, directory: string): boolean {
  const way = relative(directory, path)
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way)
}

/** Says that a path of the file is missing; paths of the Python AVO were relative to where it was started. */
export function missingPath(path: string, written: string): string {
  const here = resolve(written)
  const other = here !== path && existsSync(here) ? `; it is relative to the file, though ${here} exists` : ''
  return `there is no ${path}${other}`
}
