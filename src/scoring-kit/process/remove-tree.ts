import { rmSync } from 'node:fs'

/** Removes a directory as far as it can: what a candidate makes impossible to remove must not stop the scorer. */
export function removeTree(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true })
  } catch {
    // It took the permissions away, or something that it left behind still writes there.
  }
}
