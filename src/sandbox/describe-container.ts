import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { childEnvironment } from './child-environment.ts'
import type { ContainerEngine } from './container-engine.ts'
import { openFamily } from './family.ts'
import { HARNESS_MARK } from './harness-mark.ts'
import { BEGUN, launchAsChild, type ReservedStatuses } from './launcher.ts'
import { listSubmounts } from './mounts.ts'
import type { Program } from './program.ts'
import { atMost } from './resource-limits.ts'
import type { Command, Limits } from './sandbox.ts'
import type { Surroundings } from './surroundings.ts'
import type { SystemView } from './system-view.ts'
import { findToolchains, toolchainVariables } from './toolchains.ts'
import { type Place, toPlaces, viewOf } from './view.ts'

const RESERVED: ReservedStatuses = {
  114: 'processes',
  115: 'memory',
  125: 'failure',
  126: 'failure',
  127: 'failure',
}

/** Asks the container's control group what it had to refuse: in the places of the first and the second interface of Linux. */
const ASK_CONTROL_GROUP = `
refused() {
  [ -r "/sys/fs/cgroup/$2" ] || return 1
  while read -r key times; do [ "$key" != "$1" ] || [ "$times" = 0 ] || return 0; done <"/sys/fs/cgroup/$2"
  return 1
}
if refused max pids.events || refused max pids/pids.events; then exit 114; fi
if refused oom_kill memory.events || refused oom_kill memory/memory.oom_control; then exit 115; fi
`

const KILL_TRIES = 50
/** The kernel refuses what is past this; a command that goes on all the same is seen to be past its limit. */
const PROCESS_SLACK = 64

/** How containers are made. */
export interface ContainerOptions {
  /** What they start from; by default the machine's own programs. */
  readonly image?: string
  /** Processors' worth of time that a command may take; by default all. */
  readonly cpus?: number
}

type Describe = (engine: ContainerEngine, command: Command, limits: Limits) => Program

/** What is the same for all containers of a sandbox is found out once. */
export function describeContainer(
  { hidden }: Surroundings,
  system: SystemView,
  { image, cpus }: ContainerOptions,
): Describe {
  const own = image === undefined ? [...system.paths, ...findToolchains(process.env, hidden)] : []
  const ownPlaces = own
    .flatMap((path) => [path, ...listSubmounts(path)])
    .map((path) => ({ path, writable: false }))
  const fixed = [
    ...['run', '--rm', '--pull', 'never', '--log-driver', 'none', '--network', 'none', '--read-only'],
    ...['--cap-drop', 'all', '--security-opt', 'no-new-privileges', '--label', `avo=${HARNESS_MARK}`],
    ...[
      '--ulimit',
      `nofile=${atMost('open files', 4096)}`,
      '--ulimit',
      `nproc=${atMost('processes', 16_384)}`,
    ],
    ...system.devices.flatMap((path) => ['--device', path]),
    ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
  ]
  const ownEnvironment = image === undefined ? childEnvironment(toolchainVariables(process.env)) : {}

  return ({ command: [program, ...flags], options, root, passesDescriptors }, command, limits) => {
    const name = `avo-${randomUUID()}`
    const family = openFamily(limits)
    const env = { ...ownEnvironment, HOME: '/tmp', TMPDIR: '/tmp', ...command.env, ...family.env }
    const scratchBytes = Math.floor(limits.memoryBytes / 4)
    return {
      argv: [
        program,
        ...flags,
        ...fixed,
        ...['--name', name, '--workdir', command.cwd],
        ...['--memory', `${limits.memoryBytes}b`, '--memory-swap', `${limits.memoryBytes}b`],
        ...['--pids-limit', String(limits.processes + PROCESS_SLACK), '--shm-size', `${scratchBytes}b`],
        ...['--tmpfs', `/tmp:rw,exec,mode=1777,size=${scratchBytes}`],
        ...onePerPath([...ownPlaces, ...toPlaces(viewOf(command)).filter(exists)]).flatMap(toMount),
        ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
        ...(command.stdin === undefined ? [] : ['--interactive']),
        ...options,
        ...root,
        ...launchAsChild(command.argv, limits, RESERVED, {
          after: ASK_CONTROL_GROUP,
          ...(passesDescriptors && { before: BEGUN.say }),
        }),
      ],
      env: engineEnvironment(),
      wrapper: {
        reserved: RESERVED,
        hint: 'That is what the container engine says.',
        ...(passesDescriptors && { hasRun: BEGUN.isSaid }),
      },
      // The members are known by their mark alone: the engine's own memory and processes are not the command's.
      family: { ...family, env: {}, admit() {} },
      kill: (_id, killGroup) => void killContainer([program, ...flags], name).catch(killGroup),
    }
  }
}

/** Both engines refuse to show two things in one place: what is said last counts. */
function onePerPath(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map((place) => [place.path, place])).values()]
}

/** In the words of CSV, as both engines read it: a path may hold a comma. */
function toMount({ path, writable }: Place): readonly string[] {
  const fields = ['type=bind', `src=${path}`, `dst=${path}`, ...(writable ? [] : ['readonly'])]
  const quoted = fields.map((field) => (/[,"]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
  return ['--mount', quoted.join(',')]
}

function exists({ path, writable }: Place): boolean {
  return writable || statSync(path, { throwIfNoEntry: false }) !== undefined
}

/** What podman and docker need to find their own files and services; nothing of the command's. */
function engineEnvironment(): Readonly<Record<string, string>> {
  const names = [
    'PATH',
    'HOME',
    'USER',
    'XDG_RUNTIME_DIR',
    'XDG_CONFIG_HOME',
    'XDG_DATA_HOME',
    'DBUS_SESSION_BUS_ADDRESS',
  ]
  const own = Object.entries(process.env).filter(
    ([name]) => names.includes(name) || /^(DOCKER|CONTAINER)S?_/.test(name),
  )
  return Object.fromEntries(own.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

/** Again and again, because a container that is about to be made can't be killed yet. */
async function killContainer(
  [program, ...flags]: readonly [string, ...string[]],
  name: string,
): Promise<void> {
  for (let tries = 0; tries < KILL_TRIES; tries++) {
    const { failed } = await execa(program, [...flags, 'kill', '--signal', 'KILL', name], { reject: false })
    if (!failed) return
    await delay(100)
  }
  throw new Error(`${name} can't be killed`)
}
