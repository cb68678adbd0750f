import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os'
import type { Limits } from '../sandbox/sandbox.ts'

const GIB = 1024 ** 3

/** What a command of the agent's shell has of the machine. */
export interface ShellBounds {
  readonly limits: Limits
  /** Whether it is kept away from the rest of the disk, from other processes and from the network. */
  readonly isIsolated: boolean
  /** Domains that it reaches all the same. */
  readonly domains: readonly string[]
}

/** The machine for an agent that writes fast programs for it: cores, processor, memory, system; and what its shell has of it. */
export function describeMachine(bounds: ShellBounds): string {
  const processor = cpus()[0]?.model.trim() || arch()
  const system = `${type()} ${release()} on ${arch()}`
  return `${availableParallelism()} cores (${processor}), ${renderGib(availableBytes())} of memory, ${system}. ${describeShell(bounds)}`
}

function describeShell({ limits, isIsolated, domains }: ShellBounds): string {
  const memory = `A shell command may take ${renderGib(limits.memoryBytes)} of memory and ${limits.processes} processes and threads`
  if (!isIsolated) return `${memory}.`
  const network =
    domains.length === 0 ? 'it has no network' : `of the network it reaches ${domains.join(', ')}`
  return `${memory}; it sees the system's programs, the workspace and a /tmp that is empty each time; ${network}.`
}

function renderGib(bytes: number): string {
  return `${Math.round((10 * bytes) / GIB) / 10} GiB`
}

/** A container may have less than the machine. */
function availableBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}
