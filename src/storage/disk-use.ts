import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes that a file, or a directory with all that is in it, takes on the disk; 0 where there is nothing. Links are not followed. */
export async function measureDiskUse(path: string): Promise<number> {
  const found = await lstat(path).catch(() => null)
  if (found === null) return 0
  const own = found.blocks * 512
  if (!found.isDirectory()) return own
  let bytes = own
  for (const name of await readdir(path).catch(() => [])) bytes += await measureDiskUse(join(path, name))
  return bytes
}
