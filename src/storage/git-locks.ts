import { existsSync, globSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Longer than any git of ours takes to change refs. */
const PATIENCE_MS = 10_000
const POLL_MS = 20
/** Where nobody can tell whether a git is at work: longer than one ever holds a lock on a ref. */
const STALE_MS = 10_000

/** How one of our own gits is known among the processes. */
const OURS = 'core.hooksPath=/dev/null'

const LOCKS = ['index.lock', 'HEAD.lock', 'packed-refs.lock', 'refs/**/*.lock']

/**
 * Puts a repository at rest after a crash: gits of a killed harness come to their end first, then the locks go that nobody
 * holds. A git that a person runs there keeps what it has.
 */
export async function settleRepository(directory: string): Promise<void> {
  const patience = performance.now() + PATIENCE_MS
  while (gitsAt(directory)?.some(isOurs) && performance.now() < patience) await delay(POLL_MS)
  const gits = gitsAt(directory)
  if (gits !== null && gits.length > 0) return
  const repository = join(directory, '.git')
  for (const name of globSync(LOCKS, { cwd: repository })) {
    const lock = join(repository, name)
    if (gits !== null || isOld(lock)) rmSync(lock, { force: true })
  }
}

/** The gits that work in a directory, as their command lines; null where the system does not tell. */
function gitsAt(directory: string): readonly string[] | null {
  if (!existsSync('/proc/self/cwd')) return null
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        if (readFileSync(`/proc/${id}/comm`, 'utf8').trimEnd() !== 'git') return []
        const where = `${readlinkSync(`/proc/${id}/cwd`)}/`
        return where.startsWith(`${directory}/`) ? [readFileSync(`/proc/${id}/cmdline`, 'utf8')] : []
      } catch {
        // It ended meanwhile, or is somebody else's.
        return []
      }
    })
}

function isOurs(commandLine: string): boolean {
  return commandLine.includes(OURS)
}

function isOld(lock: string): boolean {
  const found = statSync(lock, { throwIfNoEntry: false })
  return found !== undefined && Date.now() - found.mtimeMs > STALE_MS
}
