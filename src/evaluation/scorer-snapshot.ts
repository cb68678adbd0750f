import { constants, readdirSync, statSync } from 'node:fs'
import { access, chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { AvoError, toMessage } from '../errors.ts'
import { provideScoringKit } from '../scoring-kit/kit-directory.ts'
import { hashFile, hashScorer, listScorerFiles } from './scorer-files.ts'
import type { ScorerSpec } from './scorer-spec.ts'

/** The scorer as it was when the run started. What the person changes later has no effect on this run. */
export interface ScorerSnapshot {
  /** Absolute path of the copy: read-only files, and the working directory of every evaluation. */
  readonly directory: string
  /** `sha256:…` over files, command and environment. */
  readonly scorer: string
  /**
   * Removes whatever an earlier evaluation left beside the scorer's files, so that nothing is carried over.
   * Throws an `AvoError` `scorer` where one of the files themselves has changed: no score could be believed after that.
   */
  restore(): Promise<void>
}

/** Copies the scorer to `<snapshotDirectory>/<sha256>`, or takes the copy that is there and still what its name says. */
export async function openScorerSnapshot(
  spec: ScorerSpec,
  snapshotDirectory: string,
): Promise<ScorerSnapshot> {
  const { directory: source, exclude, timeoutSeconds, ...identity } = spec
  try {
    await access(source)
  } catch (cause) {
    throw new AvoError('scorer', `there is no scorer at ${source}: ${toMessage(cause)}`)
  }
  await provideScoringKit(snapshotDirectory)
  const fresh = await mkdtemp(join(snapshotDirectory, '.new-'))
  try {
    await copyScorer(source, exclude, fresh)
    // The copy is hashed, not the source: what runs is what the name says, even if the source changes meanwhile.
    const id = await hashScorer(fresh, identity)
    const directory = join(snapshotDirectory, id)
    const existing = await hashScorer(directory, identity).catch(() => null)
    if (existing !== id) {
      await rm(directory, { recursive: true, force: true })
      await rename(fresh, directory)
    }
    return { directory, scorer: `sha256:${id}`, restore: await guard(directory) }
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function copyScorer(source: string, exclude: readonly string[], target: string): Promise<void> {
  for (const { path, executable } of await listScorerFiles(source, exclude)) {
    const copy = join(target, path)
    await mkdir(dirname(copy), { recursive: true })
    await copyFile(join(source, path), copy, constants.COPYFILE_FICLONE)
    await chmod(copy, executable ? 0o555 : 0o444)
  }
}

/** Remembers the files as they are. Their metadata is compared first, which costs microseconds; the content only if that differs. */
async function guard(directory: string): Promise<() => Promise<void>> {
  const known = new Map<string, { metadata: string; hash: string }>()
  const directories = new Set([''])
  for (const { path } of await listScorerFiles(directory)) {
    known.set(path, {
      metadata: metadataOf(join(directory, path)),
      hash: await hashFile(join(directory, path)),
    })
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) directories.add(parent)
  }

  return async () => {
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      const path = relative(directory, join(entry.parentPath, entry.name))
      const isKnown = entry.isDirectory() ? directories.has(path) : known.has(path)
      if (!isKnown) await rm(join(directory, path), { recursive: true, force: true })
    }
    for (const [path, before] of known) {
      const metadata = metadataOf(join(directory, path))
      if (metadata === before.metadata) continue
      if ((await hashFile(join(directory, path)).catch(() => null)) !== before.hash)
        throw new AvoError(
          'scorer',
          `${path} of the scorer's copy changed during the run (${directory})`,
          'Something that ran in an evaluation or in the agent’s shell wrote there. Scores from before and after can’t be compared: look at the last candidate, then start again.',
        )
      known.set(path, { ...before, metadata })
    }
  }
}

function metadataOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? 'missing' : `${found.ino}:${found.size}:${found.mtimeMs}:${found.ctimeMs}`
}
