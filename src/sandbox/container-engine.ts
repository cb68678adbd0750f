import { AvoError, toMessage } from '../errors.ts'
import { importRoot, makeRoot } from './container-root.ts'
import type { SystemView } from './system-view.ts'

/** A program that runs containers, in the way that works on this machine. */
export interface ContainerEngine {
  readonly command: readonly [string, ...string[]]
  /** For `run`, besides what both engines are told. */
  readonly options: readonly string[]
  /** The last of the options: what containers start from. */
  readonly root: readonly string[]
  /** Whether the descriptor 3 of the engine is one of the container's. */
  readonly passesDescriptors: boolean
}

/** podman can make control groups in several ways; which of them works depends on systemd and on who asks. */
const COMMANDS: readonly ContainerEngine['command'][] = [
  ['podman'],
  ['podman', '--cgroup-manager=cgroupfs'],
  ['podman', '--cgroup-manager=cgroupfs', '--runtime', 'runc'],
  ['docker'],
]

const HINT =
  'Install podman or docker, and see that your user may run containers; or set sandbox: bubblewrap or process.'

/**
 * Finds the engine with which `attempt` succeeds. Without an image, containers start from a root of empty directories that
 * is made in `directory`. Throws an `AvoError` `sandbox` that tells what each one said.
 */
export async function findContainerEngine(
  image: string | undefined,
  system: SystemView,
  directory: string,
  attempt: (engine: ContainerEngine) => Promise<unknown>,
): Promise<ContainerEngine> {
  const problems: string[] = []
  const ownRoot = image === undefined ? makeRoot(system, directory) : ''
  for (const command of COMMANDS) {
    try {
      const options = optionsOf(command)
      const isPodman = command[0] === 'podman'
      const root =
        image === undefined
          ? isPodman
            ? // Through a layer that is thrown away: what is shown to one container leaves an empty file behind for the next.
              ['--rootfs', `${ownRoot}:O`]
            : [await importRoot(ownRoot, system)]
          : [image]
      const engine = { command, options, root, passesDescriptors: isPodman }
      await attempt(engine)
      return engine
    } catch (error) {
      problems.push(`${command.join(' ')}: ${toMessage(error)}`)
    }
  }
  throw new AvoError('sandbox', `no container can be started:\n${problems.join('\n')}`, HINT)
}

/** The user of root's containers: for the kernel root without a capability, because the files to work on are root's. */
const NOBODY_IN_PARTICULAR = 1000
/** Who is root in them: they need one, but nothing runs as it. */
const HOST_NOBODY = 65_534

/** Who the command is: never anybody who may do more than the harness's user, whose files it works on. */
function optionsOf([program]: ContainerEngine['command']): readonly string[] {
  const [userId = 0, groupId = 0] = [process.getuid?.(), process.getgid?.()]
  if (program === 'docker') return ['--user', `${userId}:${groupId}`]
  const usual = ['--preserve-fds', '1', '--read-only-tmpfs=false', '--no-hosts']
  if (userId !== 0) return [...usual, '--userns', 'keep-id']
  const maps = ['--uidmap', '--gidmap'].flatMap((map) => [
    ...[map, `0:${HOST_NOBODY}:1`],
    ...[map, `${NOBODY_IN_PARTICULAR}:0:1`],
  ])
  return [...usual, ...maps, '--user', `${NOBODY_IN_PARTICULAR}:${NOBODY_IN_PARTICULAR}`]
}
