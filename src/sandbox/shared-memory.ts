import { accessSync, constants } from 'node:fs'

const DIRECTORY = '/dev/shm'

/** The directory of this machine whose files lie in memory; null where there is none. */
export function sharedMemory(): string | null {
  try {
    accessSync(DIRECTORY, constants.W_OK | constants.X_OK)
    return DIRECTORY
  } catch {
    return null
  }
}
