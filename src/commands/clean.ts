import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { listScratch } from '../evaluation/scratch.ts'
import { measureDiskUse } from '../storage/disk-use.ts'
import { acquireLock } from '../storage/lock.ts'
import { type RunDirectory, toRunDirectory } from '../storage/run-directory.ts'
import { readRun } from './inspect.ts'

/** Something that a run can do without. */
export interface Removable {
  /** What it is, and what becomes of it. */
  readonly what: string
  readonly paths: readonly string[]
  /** On the disk. */
  readonly bytes: number
}

export interface CleanOptions {
  /** Whether the agent's memory goes as well: a run that goes on then begins with a fresh one. */
  readonly conversation: boolean
}

/** What a run that is over can do without. The journal, the lineage and the scorer in use never are among it. */
export async function listRemovable(config: Config, options: CleanOptions): Promise<readonly Removable[]> {
  const directory = toRunDirectory(config.recordsDirectory)
  const candidates: readonly (readonly [what: string, paths: readonly string[]])[] = [
    ['temporary files', [...(await listIn(directory.tmp)), ...(await listScratch(directory.tmp))]],
    ['long outputs that the agent was shown in part', await listIn(directory.outputs)],
    ['search index, built again when the run goes on', await listIn(directory.index)],
    ['copies of scorers that are not in use', await listOldScorers(config, directory)],
    ...(options.conversation
      ? [["the agent's memory, begun afresh when the run goes on", [directory.conversation]] as const]
      : []),
  ]
  const found: Removable[] = []
  for (const [what, paths] of candidates) {
    const existing = paths.filter((path) => existsSync(path))
    if (existing.length === 0) continue
    const sizes = await Promise.all(existing.map(measureDiskUse))
    found.push({ what, paths: existing, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) })
  }
  return found
}

/**
 * Removes what `confirm` says yes to, and gives it. No run can begin meanwhile. Throws an `AvoError` (`locked`) while one
 * goes on.
 */
export async function clean(
  config: Config,
  options: CleanOptions,
  confirm: (removable: readonly Removable[]) => Promise<boolean>,
): Promise<readonly Removable[]> {
  const { directory, lock } = toRunDirectory(config.recordsDirectory)
  if (!existsSync(directory)) return []
  const unlock = await acquireLock(lock)
  try {
    const removable = await listRemovable(config, options)
    if (removable.length === 0 || !(await confirm(removable))) return []
    for (const path of removable.flatMap(({ paths }) => paths))
      await rm(path, { recursive: true, force: true })
    return removable
  } finally {
    unlock()
  }
}

/** Copies are named after their hash; the one that the newest version was measured with is in use. */
async function listOldScorers(config: Config, { scorer }: RunDirectory): Promise<readonly string[]> {
  const { state } = await readRun(config)
  const inUse = state.versions.at(-1)?.scorer
  const copies = (await listNames(scorer)).filter((name) => /^(?:[0-9a-f]{64}|\.new-.*)$/.test(name))
  return copies.filter((name) => `sha256:${name}` !== inUse).map((name) => join(scorer, name))
}

async function listIn(directory: string): Promise<readonly string[]> {
  return (await listNames(directory)).map((name) => join(directory, name))
}

function listNames(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => [])
}
