import { totalmem } from 'node:os'
import type { Command, Limits } from './sandbox.ts'

/** What a command may use where nobody said otherwise: half of the machine's memory, the rest is for the harness and the system. */
export const DEFAULT_LIMITS: Limits = {
  memoryBytes: Math.floor(totalmem() / 2),
  processes: 4096,
  fileBytes: 16 * 1024 ** 3,
}

/** The limits of a command: the usual ones, or less. */
export function limitsOf({ limits = {} }: Command, usual: Limits): Limits {
  return {
    memoryBytes: Math.min(usual.memoryBytes, limits.memoryBytes ?? usual.memoryBytes),
    processes: Math.min(usual.processes, limits.processes ?? usual.processes),
    fileBytes: Math.min(usual.fileBytes, limits.fileBytes ?? usual.fileBytes),
  }
}
