import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { AvoError, toDiskError } from '../errors.ts'

const holderSchema = z.object({
  id: z.uuid(),
  pid: z.int().positive(),
  host: z.string(),
  /** When the process started, in the system's words, null where it does not tell: a pid alone is given out again. */
  started: z.string().nullable(),
  since: z.string(),
})

type Holder = z.infer<typeof holderSchema>

/**
 * Makes this process the only writer of a run; the function that comes back gives the lock up. A lock whose process is dead
 * is taken over. Throws an `AvoError` (`locked`) while another process lives.
 */
export async function acquireLock(file: string): Promise<() => void> {
  const holder: Holder = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    started: readStart(process.pid),
    since: new Date().toISOString(),
  }
  take(file, holder)
  removeDrafts(file)
  return () => {
    if (readHolder(file)?.id === holder.id) rmSync(file)
  }
}

/** A process that holds a lock. */
export interface LockHolder {
  readonly pid: number
  /** Null where that is this machine. */
  readonly otherHost: string | null
  /** Whether it lives; another process that was given its pid since is not it. */
  isAlive(): boolean
}

/** The process that holds a lock now; null where nobody does. */
export function findLockHolder(file: string): LockHolder | null {
  const holder = readHolder(file)
  if (!holder || !isAlive(holder)) return null
  const { pid, host } = holder
  return { pid, otherHost: host === hostname() ? null : host, isAlive: () => isAlive(holder) }
}

/** Its pid. */
export function readLockHolder(file: string): number | null {
  return findLockHolder(file)?.pid ?? null
}

function take(file: string, holder: Holder): void {
  while (!isTaken(file, holder)) {
    const other = readHolder(file)
    if (other && isAlive(other)) throw lockedError(file, other)
    if (other !== undefined) removeStale(file, other, holder)
  }
}

/** A link is made whole or not at all, so nobody ever reads a lock that is half written. */
function isTaken(file: string, holder: Holder): boolean {
  const draft = `${file}.${holder.id}`
  try {
    writeFileSync(draft, `${JSON.stringify(holder)}\n`, { flush: true })
    linkSync(draft, file)
    return true
  } catch (error) {
    // The draft is gone where another process has taken the lock meanwhile, and cleared up.
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOENT'))
      return false
    throw toDiskError(error)
  } finally {
    rmSync(draft, { force: true })
  }
}

/** What processes left that were killed while they took the lock. */
function removeDrafts(file: string): void {
  for (const name of readdirSync(dirname(file)))
    if (name.startsWith(`${basename(file)}.`)) rmSync(join(dirname(file), name), { force: true })
}

/** Undefined where there is no lock, null where a power cut left one unreadable. */
function readHolder(file: string): Holder | null | undefined {
  if (!existsSync(file)) return undefined
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/** Of all that find the same dead lock only one may remove it, or a live one that came after it could be hit. */
function removeStale(file: string, stale: Holder | null, holder: Holder): void {
  const removal = `${file}.${stale?.id ?? 'unreadable'}`
  take(removal, holder)
  try {
    const found = readHolder(file)
    if (found !== undefined && found?.id === stale?.id) rmSync(file)
  } finally {
    rmSync(removal, { force: true })
  }
}

function isAlive(holder: Holder): boolean {
  // Nobody can see from here whether a process on another machine lives.
  if (holder.host !== hostname()) return true
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return readStart(holder.pid) === holder.started
}

/** The boot that a process is of, and the clock ticks from there to its start; null for one that is gone. */
function readStart(pid: number): string | null {
  if (!existsSync('/proc/self/stat')) return askStart(pid)
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name is in parentheses and may hold anything; what follows is the state and, 19 fields on, the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const isZombie = fields[0] === 'Z'
    return isZombie ? null : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
  } catch {
    return null
  }
}

/** Where there is no /proc. */
function askStart(pid: number): string | null {
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  })
  return stdout?.trim() || null
}

function lockedError(file: string, holder: Holder): AvoError {
  return new AvoError(
    'locked',
    `another avo (process ${holder.pid} on ${holder.host}) has been running here since ${holder.since}`,
    `Wait for it or stop it. If it is surely not running, delete ${file}.`,
  )
}
