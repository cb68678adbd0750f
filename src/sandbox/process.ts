import { childEnvironment } from './child-environment.ts'
import { openFamily } from './family.ts'
import { GAP_OF_WATCHING, gapsOfRoot } from './gaps.ts'
import { guardAgainstOwnDeath } from './guard.ts'
import { launch } from './launcher.ts'
import { DEFAULT_LIMITS, limitsOf } from './limits.ts'
import { countTasks } from './process-table.ts'
import { waitForRoom, wallProcesses } from './process-wall.ts'
import { runProgram } from './run-program.ts'
import type { Limits, Sandbox } from './sandbox.ts'
import { sharedMemory } from './shared-memory.ts'

const GAPS = [
  'Files: commands read and write all that you can: the scorer, the lineage, your own files.',
  'Network: commands reach whatever this machine reaches.',
  'Keys: commands do not inherit them, but can read the environment and the memory of your other processes, avo itself included.',
  'Processes: one that leaves its group, empties its environment and loses its parent at once lives on, and is not counted.',
  GAP_OF_WATCHING,
]

/**
 * Commands as plain processes of this machine, each in a process group of its own: no isolation of files or network,
 * but a clean environment, limits, and nothing that outlives its command.
 */
export function createProcessSandbox(usual: Limits = DEFAULT_LIMITS): Sandbox {
  guardAgainstOwnDeath()
  const otherProcesses = countTasks(process.getuid?.() ?? 0)
  const isWalled = wallProcesses(usual.processes)
  return {
    name: 'process',
    gaps: [...GAPS, ...gapsOfRoot(isWalled)],
    memoryDirectory: sharedMemory(),
    async exec(command, signal) {
      await waitForRoom()
      const limits = limitsOf(command, usual)
      const program = {
        argv: launch(command.argv, limits, otherProcesses),
        env: childEnvironment(command.env),
        family: openFamily(limits),
        kill: (_id: number, killGroup: () => void) => killGroup(),
      }
      return runProgram(program, command, signal)
    },
  }
}
