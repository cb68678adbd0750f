import { readdirSync, readFileSync, statSync } from 'node:fs'

/** A process as the kernel counts it. */
export interface ProcessEntry {
  readonly parent: number
  readonly threads: number
  /** Memory in use, with what it shares with others. */
  readonly residentBytes: number
}

/** The processes of this machine, zombies included; empty where there is no /proc. */
export function listProcesses(): readonly number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** Null for a process that is gone or a zombie. */
export function readProcess(id: number): ProcessEntry | null {
  const text = read(`/proc/${id}/stat`)
  // The name, in brackets, is the process's own choice and may hold anything.
  const [state, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  if (parent === undefined || state === 'Z' || state === 'X') return null
  return {
    parent: Number(parent),
    threads: Number(rest[15]),
    residentBytes: Number(rest[19]) * pageBytes(),
  }
}

/** Memory in use with shared pages counted by their share; what it is without that where the kernel doesn't say. */
export function readShareBytes(id: number): number {
  const match = /^Pss: +(\d+) kB/m.exec(read(`/proc/${id}/smaps_rollup`))
  return match === null ? (readProcess(id)?.residentBytes ?? 0) : Number(match[1]) * 1024
}

/** Processes and threads of a user. */
export function countTasks(userId: number): number {
  return listProcesses()
    .filter((id) => statSync(`/proc/${id}`, { throwIfNoEntry: false })?.uid === userId)
    .reduce((sum, id) => sum + (readProcess(id)?.threads ?? 0), 0)
}

/** Whether a process was started with this text in its environment. False as well for a process of somebody else. */
export function hasInEnvironment(id: number, text: string): boolean {
  return read(`/proc/${id}/environ`).includes(text)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

const AT_PAGESZ = 6n
let knownPageBytes: number | undefined

function pageBytes(): number {
  knownPageBytes ??= readPageBytes()
  return knownPageBytes
}

/** From the table that the kernel gives every program: pairs of a key and a value. */
function readPageBytes(): number {
  const table = readFileSync('/proc/self/auxv')
  for (let offset = 0; offset + 16 <= table.length; offset += 16)
    if (table.readBigUInt64LE(offset) === AT_PAGESZ) return Number(table.readBigUInt64LE(offset + 8))
  return 4096
}

/** Ends a process at once. A process that is gone is no error. */
export function killProcess(id: number): void {
  try {
    process.kill(id, 'SIGKILL')
  } catch {
    // It ended by itself in the meantime.
  }
}
