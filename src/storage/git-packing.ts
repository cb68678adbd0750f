import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitRepository } from './git-repository.ts'

/** What lies in files of its own, a disk block each, and is slow to go through. */
export interface LooseCount {
  /** About; counted in one of the 256 directories that objects are spread over. */
  readonly objects: number
  /** Of what attempts submitted and evaluated. */
  readonly refs: number
}

/** When it is time to pack them. */
const DUE: LooseCount = { objects: 3_000, refs: 500 }
/** After this a file that packing writes for a moment was left by a process that died. */
const STALE_MS = 3_600_000

/** Counts what is not packed in a repository; `gitDirectory` is its `.git`. */
export async function countLoose(gitDirectory: string): Promise<LooseCount> {
  const count = async (...path: string[]): Promise<number> =>
    (await readdir(join(gitDirectory, ...path)).catch(() => [])).length
  const [submitted, evaluated] = [
    await count('refs', 'avo', 'attempts'),
    await count('refs', 'avo', 'evaluated'),
  ]
  return { objects: 256 * (await count('objects', '17')), refs: submitted + evaluated }
}

/**
 * Packs objects and refs once there are many. Nothing is ever given up: objects that no ref leads to, such as what an agent
 * evaluated and did not submit, are packed like all others. May only be called while nothing is being committed.
 */
export async function packIfDue(repository: GitRepository, due: LooseCount = DUE): Promise<void> {
  const gitDirectory = join(repository.directory, '.git')
  const { objects, refs } = await countLoose(gitDirectory)
  if (refs >= due.refs) await repository.run(['pack-refs', '--all', '--prune'])
  if (objects < due.objects) return
  await removeLeftovers(join(gitDirectory, 'objects', 'pack'))
  await repository.run(['repack', '-d', '--geometric=2', '--quiet', '--window-memory=64m', '--threads=1'])
}

async function removeLeftovers(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => [])
  for (const name of names.filter((name) => /^\.?tmp[_-]/.test(name))) {
    const file = join(directory, name)
    const found = await stat(file).catch(() => null)
    if (found !== null && Date.now() - found.mtimeMs > STALE_MS) await rm(file, { force: true })
  }
}
