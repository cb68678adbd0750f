import type { Config } from '../config/config.ts'
import { readLockHolder } from '../storage/lock.ts'
import { askForPause, endPause } from '../storage/pause.ts'
import { openRunDirectory } from '../storage/run-directory.ts'

/**
 * Lets a run rest before its next model call, until it is resumed. Gives the pid of the process that runs it; null where nobody
 * does, and nothing is asked.
 *
 * @throws {AvoError} `storage` where the request can't be written.
 */
export async function pauseRun(config: Config): Promise<number | null> {
  const { lock, pause } = await openRunDirectory(config.recordsDirectory)
  const pid = readLockHolder(lock)
  if (pid !== null) askForPause(pause)
  return pid
}

/** Lets a run that rests go on. Gives the pid of the process that runs it; null where nobody does. */
export async function resumeRun(config: Config): Promise<number | null> {
  const { lock, pause } = await openRunDirectory(config.recordsDirectory)
  endPause(pause)
  return readLockHolder(lock)
}
