import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const ROOT = '/sys/fs/cgroup'
/** For the harness itself, and for what was past its limit and is about to be ended. */
const SLACK = 1_000
const PATIENCE_MS = 5_000

/** The control group; null where there can be none, undefined before anybody asked for it. */
let wall: string | null | undefined

/**
 * Sees to it that this process and all that it starts are together never many more than `processes`. For an ordinary user
 * the kernel keeps such a limit for each command; for root it does not, and nothing that merely watches is as fast as what
 * doubles every millisecond. So root's harness moves into a control group of its own, once: to move each command would
 * take longer than to start it. Gives whether there is a wall; there is none where control groups can't be written to.
 */
export function wallProcesses(processes: number): boolean {
  if (wall === undefined) wall = process.getuid?.() === 0 ? build(findPlace(), processes + SLACK) : null
  return wall !== null
}

/**
 * Waits until the next command has its number of processes within the wall. What was ended still counts until the machine's
 * first process has taken note of it, and that takes a second after a thousand.
 */
export async function waitForRoom(): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (wall && countWithin(wall) > SLACK && performance.now() < deadline) await delay(10)
}

function countWithin(group: string): number {
  return Number(readFileSync(join(group, 'pids.current'), 'utf8'))
}

/** A control group that this process is in, and the one in which a group for it can be made. */
interface Place {
  readonly own: string
  readonly parent: string
}

/** With the first interface of Linux, and with the second. */
function findPlace(): Place | null {
  const membership = existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8') : ''
  const [, pids] = /^\d+:(?:[^:]*,)?pids(?:,[^:]*)?:(.*)$/m.exec(membership) ?? []
  if (pids !== undefined) {
    const own = join(ROOT, 'pids', pids)
    return { own, parent: own }
  }
  const [, unified] = /^0::(.*)$/m.exec(membership) ?? []
  if (unified === undefined) return null
  const own = join(ROOT, unified)
  // A group with processes can have none with limits below it, so ours is its neighbour: not where that would be an escape.
  const isLimited = ['memory.max', 'cpu.max', 'pids.max'].some((name) => !isUnlimited(join(own, name)))
  return isLimited ? null : { own, parent: unified === '/' ? own : dirname(own) }
}

function isUnlimited(file: string): boolean {
  return !existsSync(file) || readFileSync(file, 'utf8').startsWith('max')
}

function build(place: Place | null, processes: number): string | null {
  if (place === null) return null
  const { own, parent } = place
  const group = join(parent, `avo-${process.pid}`)
  try {
    removeAbandoned(parent)
    mkdirSync(group)
    writeFileSync(join(group, 'pids.max'), String(processes))
    enter(group)
    process.once('exit', () => leave(group, own))
    return group
  } catch {
    leave(group, own)
    return null
  }
}

function enter(group: string): void {
  writeFileSync(join(group, 'cgroup.procs'), String(process.pid))
}

function leave(group: string, own: string): void {
  try {
    enter(own)
    rmdirSync(group)
  } catch {
    // It was never made, or something that we started is still there: the next harness removes it.
  }
}

/** A harness that was killed could not remove its group. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, id] = /^avo-(\d+)$/.exec(name) ?? []
    if (id === undefined || existsSync(`/proc/${id}`)) continue
    try {
      rmdirSync(join(parent, name))
    } catch {
      // It is not empty.
    }
  }
}
