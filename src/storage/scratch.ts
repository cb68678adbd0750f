import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '../sandbox/remove-tree.ts'

/** Makes a directory in `parent` for as long as `use` takes. */
export async function inScratch<Result>(
  parent: string,
  use: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(parent, 'avo-'))
  try {
    return await use(directory)
  } finally {
    await removeTree(directory)
  }
}
