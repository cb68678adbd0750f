import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { AvoError, MAKE_ROOM, toDiskError, toMessage } from '../errors.ts'

/** With less than this, whatever fails has failed for want of room. */
const LEAST_BYTES = 256 * 1024

/** Failures that may come of a full disk without saying so: git and scorers have words of their own for it. */
const DOUBTFUL: ReadonlySet<string> = new Set(['storage', 'sandbox', 'scorer', 'knowledge'])

/** What went wrong, told as what it is where one of these disks, or that of temporary files, is full. */
export function explainFailure(thrown: unknown, directories: readonly string[]): unknown {
  const error = toDiskError(thrown)
  if (!(error instanceof AvoError) || error.hint === MAKE_ROOM || !DOUBTFUL.has(error.code)) return error
  const full = [...directories, tmpdir()].find(isFull)
  if (full === undefined) return error
  return new AvoError('storage', `the disk of ${full} is full: ${toMessage(error)}`, MAKE_ROOM, {
    cause: error,
  })
}

/** Throws an `AvoError` (`storage`) where there is no room left on the disk of one of these directories. */
export function requireRoom(directories: readonly string[]): void {
  const full = directories.find(isFull)
  if (full !== undefined) throw new AvoError('storage', `the disk of ${full} is full`, MAKE_ROOM)
}

function isFull(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory)
    return bavail * bsize < LEAST_BYTES
  } catch {
    return false
  }
}
