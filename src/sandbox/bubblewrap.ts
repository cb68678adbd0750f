import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { AvoError } from '../errors.ts'
import { childEnvironment } from './child-environment.ts'
import { openFamily } from './family.ts'
import { GAP_OF_DISK, GAP_OF_WATCHING, gapsOfRoot } from './gaps.ts'
import { launchAsChild } from './launcher.ts'
import { limitsOf } from './limits.ts'
import { killProcess } from './process-table.ts'
import { wallProcesses } from './process-wall.ts'
import type { Program } from './program.ts'
import { runProgram } from './run-program.ts'
import type { Command, Limits, Sandbox } from './sandbox.ts'
import { sharedMemory } from './shared-memory.ts'
import type { Surroundings } from './surroundings.ts'
import { makeSystemCallFilter } from './system-call-filter.ts'
import { copySettings, readSystemView, type SystemView } from './system-view.ts'
import { findToolchains, toolchainVariables } from './toolchains.ts'
import { toPlaces, viewOf } from './view.ts'

const HOME = '/tmp/home'
const GAPS = [GAP_OF_WATCHING, GAP_OF_DISK, 'The kernel is shared: a hole in it is a hole in the sandbox.']
/** Two instructions, and then its report. */
const DESCRIPTORS = ['--args', '3', '--seccomp', '4', '--json-status-fd', '5']
const FILTER = makeSystemCallFilter()
const WRAPPER: Program['wrapper'] & object = {
  reserved: { 1: 'failure' },
  hasRun: /"exit-code"/,
  hint: 'Where user namespaces are restricted, an administrator can allow them for bwrap; or set sandbox: container or process.',
}

/**
 * Commands in namespaces of their own (bubblewrap, Linux): they see the system's programs, what is in their view, an empty
 * /tmp, no network and no process but their own. The kernel ends them when the command ends, and when the harness does.
 */
export function createBubblewrapSandbox(surroundings: Surroundings): Sandbox {
  const describe = describeSandbox(surroundings)
  const isWalled = wallProcesses(surroundings.limits.processes)
  return {
    name: 'bubblewrap',
    gaps: [...GAPS, ...gapsOfRoot(isWalled)],
    memoryDirectory: sharedMemory(),
    async exec(command, signal) {
      if (command.network !== undefined && command.network.length > 0)
        throw new AvoError(
          'sandbox',
          'bubblewrap can’t open the network for some domains only',
          'Set sandbox: srt.',
        )
      signal.throwIfAborted()
      const limits = limitsOf(command, surroundings.limits)
      return runProgram(describeProgram(command, describe(command, limits), limits), command, signal)
    },
  }
}

function describeProgram(command: Command, args: readonly string[], limits: Limits): Program {
  // Older processes are no strangers yet: to list them now would take longer than to look at them if this takes long.
  const family = openFamily(limits, [])
  let isOrphaned = false
  return {
    // Through a pipe: whoever lists the machine's processes sees no variable of a command.
    argv: ['bwrap', ...DESCRIPTORS, '--', ...launchAsChild(command.argv, limits, WRAPPER.reserved)],
    instructions: [args.map((arg) => `${arg}\0`).join(''), FILTER],
    // Nothing of the command's: bubblewrap itself runs outside.
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    wrapper: WRAPPER,
    // The kernel ends a process table with its first process, and only then tells its parent, which is bubblewrap.
    kill(id, killGroup) {
      const first = childrenOf(id)
      isOrphaned = first.length === 0
      if (isOrphaned) killGroup()
      for (const child of first) killProcess(child)
    },
    family: { ...family, end: async () => (isOrphaned ? family.end() : undefined) },
  }
}

function childrenOf(id: number): readonly number[] {
  try {
    return readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** What bubblewrap is told: what every command sees, then what this one sees, then that all else stays as it is. */
function describeSandbox({
  hidden,
  directory,
}: Surroundings): (command: Command, limits: Limits) => readonly string[] {
  const system = readSystemView()
  const settings = copySettings(system, directory)
  const masks = [homedir(), ...hidden].filter((path) => isShown(system, path))
  const namespaces = [
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-net'],
    ...['--unshare-cgroup-try', '--die-with-parent', '--new-session', '--as-pid-1', '--cap-drop', 'ALL'],
  ]
  const machine = [
    ...['--proc', '/proc', '--dev', '/dev', '--symlink', '/tmp', '/var/tmp'],
    ...system.devices.flatMap((path) => ['--dev-bind-try', path, path]),
    ...['--ro-bind', settings, '/etc'],
    ...system.paths.flatMap((path) => ['--ro-bind-try', path, path]),
    ...system.links.flatMap(({ path, target }) => ['--symlink', target, path]),
    ...masks.flatMap((path) => ['--tmpfs', path]),
  ]
  const toolchains = findToolchains(process.env, hidden).flatMap((path) => ['--ro-bind-try', path, path])
  // Root's own files under /proc change the kernel for everybody, and root needs no capability to write to them.
  const seals = ['/', '/dev', '/proc', ...masks].flatMap((path) => ['--remount-ro', path])
  const ownEnvironment = { ...toolchainVariables(process.env), HOME, TMPDIR: '/tmp' }

  return (command, { memoryBytes }) => {
    const scratch = ['/tmp', '/dev/shm'].flatMap((path) => [
      ...['--perms', '1777', '--size', String(Math.floor(memoryBytes / 4)), '--tmpfs', path],
    ])
    const view = toPlaces(viewOf(command)).flatMap(({ path, writable }) => [
      writable ? '--bind' : '--ro-bind-try',
      path,
      path,
    ])
    const env = childEnvironment({ ...ownEnvironment, ...command.env })
    const variables = Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value])
    return [
      ...[...namespaces, ...machine, ...scratch, '--dir', HOME, ...toolchains, ...view, ...seals],
      ...['--chdir', command.cwd, '--clearenv', ...variables],
    ]
  }
}

function isShown({ paths }: SystemView, path: string): boolean {
  return paths.some((shown) => path.startsWith(`${shown}/`))
}
