import { createHash } from 'node:crypto'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '../sandbox/remove-tree.ts'
import { type BuiltFiles, keepBuiltFiles, UnfitBuild } from './built-files.ts'

const DEFAULT_MAX_BYTES = 1024 ** 3
/** Where nothing isolates, a build can be written to as soon as it is there. */
const MOST_TRIES = 3

/** Why a build came to nothing, in words for the agent; null where it ended well. */
export type BuildFailure = { readonly summary: string; readonly words: string } | null

/** Candidates by what they were built from. */
export interface BuildCache {
  /**
   * Writes the build of this identity into an empty directory; `make` makes it in another one if there is none. Who asks for
   * one that is being made waits for it. A failed build is not kept: it ends the evaluation that asked for it, and may
   * have failed for want of memory.
   */
  provide(
    identity: readonly string[],
    directory: string,
    make: (directory: string) => Promise<BuildFailure>,
    signal: AbortSignal,
  ): Promise<BuildFailure>
}

interface Kept {
  readonly files: BuiltFiles
  readonly directory: string
  /** How many candidates it is being copied for. */
  users: number
}

/**
 * Keeps builds for as long as this process lives, in a directory that no sandbox shows. What is kept is a copy that was
 * taken when the build was dead, candidates get copies of that, and a copy that somebody wrote to all the same is
 * dropped. Past `maxBytes` the builds that were not used for the longest time go.
 */
export function createBuildCache(parent: string, maxBytes = DEFAULT_MAX_BYTES): BuildCache {
  const kept = new Map<string, Kept>()
  const pending = new Map<string, Promise<unknown>>()

  async function make(key: string, action: (directory: string) => Promise<BuildFailure>) {
    await mkdir(parent, { recursive: true })
    const place = await mkdtemp(join(parent, 'build-'))
    const [work, directory] = [join(place, 'work'), join(place, 'kept')]
    let isKept = false
    try {
      for (const path of [work, directory]) await mkdir(path)
      const failure = await action(work)
      if (failure !== null) return failure
      const files = await keepBuiltFiles(work, directory)
      kept.set(key, { files, directory: place, users: 0 })
      isKept = true
      await makeRoom(key)
      return null
    } catch (error) {
      if (!(error instanceof UnfitBuild)) throw error
      return { summary: `the build can't be kept: ${error.message}`, words: '' }
    } finally {
      await removeTree(isKept ? work : place).catch(() => {})
    }
  }

  /** The one just made stays, however large it is. */
  async function makeRoom(newest: string): Promise<void> {
    let bytes = [...kept.values()].reduce((sum, { files }) => sum + files.bytes, 0)
    for (const [key, entry] of [...kept]) {
      if (bytes <= maxBytes) return
      if (key === newest || entry.users > 0) continue
      bytes -= entry.files.bytes
      await drop(key, entry)
    }
  }

  async function drop(key: string, { directory }: Kept): Promise<void> {
    kept.delete(key)
    await removeTree(directory).catch(() => {})
  }

  /** Whether there was one to copy. */
  async function copyKept(key: string, directory: string): Promise<boolean> {
    const entry = kept.get(key)
    if (entry === undefined) return false
    // The one used last is the last to go, and none goes while it is used.
    kept.delete(key)
    kept.set(key, entry)
    entry.users++
    try {
      const isIntact = await entry.files.isIntact()
      if (isIntact) await entry.files.copyTo(directory)
      else if (kept.get(key) === entry) await drop(key, entry)
      return isIntact
    } finally {
      entry.users--
    }
  }

  return {
    async provide(identity, directory, action, signal) {
      const key = createHash('sha256').update(JSON.stringify(identity)).digest('hex')
      for (let tries = 0; tries < MOST_TRIES; ) {
        signal.throwIfAborted()
        const other = pending.get(key)
        // Whoever makes it may be called off; then it is made by the next.
        if (other !== undefined) await other.catch(() => {})
        if (await copyKept(key, directory)) return null
        if (pending.has(key)) continue
        const own = make(key, action).finally(() => pending.delete(key))
        pending.set(key, own)
        tries++
        const failure = await own
        if (failure !== null) return failure
      }
      return { summary: 'what was built is changed by something that it left behind', words: '' }
    },
  }
}
