import { AvoError } from '../errors.ts'
import { type ContainerEngine, findContainerEngine } from './container-engine.ts'
import { type ContainerOptions, describeContainer } from './describe-container.ts'
import { GAP_OF_DISK, gapsOfRoot } from './gaps.ts'
import { guardAgainstOwnDeath } from './guard.ts'
import { limitsOf } from './limits.ts'
import { runProgram } from './run-program.ts'
import type { Command, Execution, Sandbox } from './sandbox.ts'
import { sharedMemory } from './shared-memory.ts'
import type { Surroundings } from './surroundings.ts'
import { readSystemView } from './system-view.ts'

const GAPS = [GAP_OF_DISK, 'The kernel is shared: a hole in it is a hole in the sandbox.']

/** What the guard runs when the harness is gone: a container is nobody's child. */
const END_CONTAINERS = `
for engine in podman docker; do
  command -v $engine >/dev/null || continue
  left=$($engine ps -q --filter "label=avo=$1")
  [ -z "$left" ] || $engine kill -s KILL $left
done`

/**
 * Commands in containers (podman or docker): a read-only root, no network, no capabilities, limits that the kernel keeps.
 * By default the root holds the machine's own programs; with an image it holds the image's.
 */
export function createContainerSandbox(surroundings: Surroundings, options: ContainerOptions = {}): Sandbox {
  guardAgainstOwnDeath(END_CONTAINERS)
  const { directory, limits: usual } = surroundings
  const system = readSystemView()
  const describe = describeContainer(surroundings, system, options)
  let engine: Promise<ContainerEngine> | undefined

  function run(engine: ContainerEngine, command: Command, signal: AbortSignal): Promise<Execution> {
    return runProgram(describe(engine, command, limitsOf(command, usual)), command, signal)
  }

  function attempt(candidate: ContainerEngine): Promise<Execution> {
    return run(
      candidate,
      { argv: ['true'], cwd: directory, timeoutSeconds: 60 },
      new AbortController().signal,
    )
  }

  return {
    name: 'container',
    gaps: [...GAPS, ...gapsOfRoot(true)],
    memoryDirectory: sharedMemory(),
    async exec(command, signal) {
      if (command.network !== undefined && command.network.length > 0)
        throw new AvoError(
          'sandbox',
          'a container can’t open the network for some domains only',
          'Set sandbox: srt.',
        )
      signal.throwIfAborted()
      engine ??= findContainerEngine(options.image, system, directory, attempt)
      return run(await engine, command, signal)
    },
  }
}
