import { AvoError, toMessage } from '../errors.ts'
import { createBubblewrapSandbox } from './bubblewrap.ts'
import { createContainerSandbox } from './container.ts'
import type { ContainerOptions } from './describe-container.ts'
import { createProcessSandbox } from './process.ts'
import type { Sandbox } from './sandbox.ts'
import { SANDBOX_NAMES, type SandboxChoice, type SandboxName } from './sandbox-choice.ts'
import { createSrtSandbox } from './srt.ts'
import type { Surroundings } from './surroundings.ts'

/** What sandboxes of a task are made from. */
export interface SandboxOptions extends Surroundings, ContainerOptions {}

const INSTALL =
  'Install bubblewrap (`apt-get install bubblewrap`, `dnf install bubblewrap`), or podman or docker.'

/**
 * Opens a sandbox, tried by running something in it. For commands that may reach `domains` only srt will do. Where nothing
 * but plain processes works, `auto` throws an `AvoError` `sandbox`, unless `fallsBack`; so does a backend that was asked
 * for by name and doesn't work.
 */
export async function openSandbox(
  choice: SandboxChoice,
  options: SandboxOptions,
  { domains, fallsBack }: { readonly domains: readonly string[]; readonly fallsBack: boolean },
): Promise<Sandbox> {
  if (choice !== 'auto') {
    requireDomains(choice, domains)
    return open(choice, options)
  }
  const problems: string[] = []
  for (const name of domains.length > 0 ? (['srt'] as const) : SANDBOX_NAMES) {
    if (name === 'process' && !fallsBack) continue
    try {
      return await open(name, options)
    } catch (error) {
      problems.push(`${name}: ${toMessage(error)}`)
    }
  }
  throw new AvoError(
    'sandbox',
    `nothing on this machine can isolate what a model writes:\n${problems.join('\n')}`,
    `${INSTALL} \`sandbox: process\` in avo.yaml runs without isolation: commands can then read your files and use your network.`,
  )
}

function requireDomains(name: SandboxName, domains: readonly string[]): void {
  if (domains.length === 0 || name === 'srt' || name === 'process') return
  throw new AvoError(
    'config',
    `sandbox ${name} can't open the network for ${domains.join(', ')} alone`,
    'Set sandbox to srt, or leave the domains out.',
  )
}

async function open(name: SandboxName, options: SandboxOptions): Promise<Sandbox> {
  const sandbox = create(name, options)
  const command = { argv: ['/bin/sh', '-c', ':'] as const, cwd: options.directory, timeoutSeconds: 60 }
  const { exitCode, output } = await sandbox.exec(command, new AbortController().signal)
  if (exitCode === 0) return sandbox
  throw new AvoError('sandbox', `it can't run a command: ${output.trim()}`, INSTALL)
}

function create(name: SandboxName, options: SandboxOptions): Sandbox {
  switch (name) {
    case 'bubblewrap':
      return createBubblewrapSandbox(options)
    case 'srt':
      return createSrtSandbox(options)
    case 'container':
      return createContainerSandbox(options, options)
    case 'process':
      return createProcessSandbox(options.limits)
  }
}
