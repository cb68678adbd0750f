import { createHash } from 'node:crypto'
import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { removeTree } from '../sandbox/remove-tree.ts'
import { sharedMemory } from '../sandbox/shared-memory.ts'

/**
 * Makes a directory of an evaluation outside of its run's own temporary directory: in memory, or where the path is short.
 * Its name tells whose it is.
 */
export function makeScratch(parent: string, temporaryDirectory: string): Promise<string> {
  return mkdtemp(join(parent, prefixOf(temporaryDirectory)))
}

/** What evaluations with this temporary directory have made and not removed. */
export async function listScratch(temporaryDirectory: string): Promise<readonly string[]> {
  const parents = [...new Set([tmpdir(), sharedMemory() ?? tmpdir()])]
  const lists = parents.map(async (parent) => (await readdir(parent)).map((name) => join(parent, name)))
  const prefix = prefixOf(temporaryDirectory)
  return (await Promise.all(lists)).flat().filter((path) => basename(path).startsWith(prefix))
}

/** Removes what an evaluation that was killed left behind. Nobody may be evaluating with this temporary directory. */
export async function removeScratch(temporaryDirectory: string): Promise<void> {
  for (const path of await listScratch(temporaryDirectory)) await removeTree(path)
}

function prefixOf(temporaryDirectory: string): string {
  return `avo-${createHash('sha256').update(temporaryDirectory).digest('hex').slice(0, 12)}-`
}
