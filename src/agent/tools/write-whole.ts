import { randomUUID } from 'node:crypto'
import { chmod, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Writes a file so that it has its old text or its new one, whenever the harness is killed. What that leaves beside it has
 * a name that is never part of a solution.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = join(dirname(file), `.${randomUUID()}.swp`)
  const found = await stat(file).catch(() => null)
  try {
    await writeFile(draft, text, { flush: true })
    if (found !== null) await chmod(draft, found.mode & 0o777)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
