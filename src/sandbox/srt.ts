import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime'
import { childEnvironment } from './child-environment.ts'
import { openFamily } from './family.ts'
import { GAP_OF_DISK, GAP_OF_WATCHING, gapsOfRoot } from './gaps.ts'
import { guardAgainstOwnDeath } from './guard.ts'
import { BEGUN, launchAsChild } from './launcher.ts'
import { limitsOf } from './limits.ts'
import { wallProcesses } from './process-wall.ts'
import type { Program } from './program.ts'
import { removeTree } from './remove-tree.ts'
import { runProgram } from './run-program.ts'
import type { Command, Limits, Sandbox } from './sandbox.ts'
import type { Surroundings } from './surroundings.ts'
import { readSystemView } from './system-view.ts'
import { findToolchains, toolchainVariables } from './toolchains.ts'
import { isWithin, viewOf } from './view.ts'

const IS_MACOS = process.platform === 'darwin'

const GAPS = [
  GAP_OF_WATCHING,
  GAP_OF_DISK,
  'Memory: an empty directory stands for each that is hidden, and what a command writes there is not counted.',
  'The name of the machine, and System V shared memory and message queues, are those of the machine.',
]
const GAP_OF_KEYS =
  'Keys that the kernel holds for your login (keyctl) can be read, and what a command puts there is seen by the next.'
const GAPS_ON_MACOS = [
  'Files outside of home directories, other disks and temporary directories can be read.',
  'Memory and the number of processes are not limited.',
]
const GAP_AS_ROOT =
  'You are root: commands can change settings of the kernel (/proc/sys), and through them leave the sandbox. Start avo as an ordinary user.'

/** Where the package begins. */
const ENTRY = fileURLToPath(import.meta.resolve('@anthropic-ai/sandbox-runtime'))
const CERTIFICATES = ['/etc/ssl/certs', '/etc/pki/tls/certs', '/etc/pki/ca-trust']

const WRAPPER: Program['wrapper'] & object = {
  reserved: { 1: 'failure' },
  hint: 'On Linux it needs bubblewrap, socat and ripgrep (apt-get install bubblewrap socat ripgrep), and user namespaces.',
}

/**
 * Commands in the sandbox that Anthropic's sandbox-runtime makes: Seatbelt on macOS, bubblewrap with a filter of system
 * calls on Linux. The one that can open the network for some domains.
 */
export function createSrtSandbox(surroundings: Surroundings): Sandbox {
  guardAgainstOwnDeath()
  const isWalled = wallProcesses(surroundings.limits.processes)
  const configure = configureSandbox(surroundings)
  return {
    name: 'srt',
    gaps: listGaps(isWalled),
    // It shows a /dev of its own.
    memoryDirectory: null,
    async exec(command, signal) {
      signal.throwIfAborted()
      const limits = limitsOf(command, surroundings.limits)
      const hasNetwork = command.network !== undefined && command.network.length > 0
      const script = (scratch: string): string => toScript(command, limits, scratch, hasNetwork)
      const run = (argv: Program['argv'], temporary = tmpdir()) =>
        runProgram(describeProgram(argv, limits, temporary, hasNetwork), command, signal)
      // On Linux a command has a /tmp that nobody else sees. Sockets are made in the directory that stands in for it.
      if (!hasNetwork && !IS_MACOS)
        return runWrapped(script('/tmp'), configure(command, []), (argv) => run(argv))
      const scratch = mkdtempSync(join(tmpdir(), 'avo-'))
      try {
        const config = configure(command, [scratch])
        return await (hasNetwork
          ? run(startAlone(script(scratch), config, scratch), scratch)
          : runWrapped(script(scratch), config, (argv) => run(argv, scratch)))
      } finally {
        await removeTree(scratch)
      }
    },
  }
}

function listGaps(isWalled: boolean): readonly string[] {
  if (IS_MACOS) return [...GAPS, ...GAPS_ON_MACOS]
  const gaps = [...GAPS, GAP_OF_KEYS]
  return process.getuid?.() === 0 ? [...gaps, ...gapsOfRoot(isWalled), GAP_AS_ROOT] : gaps
}

function describeProgram(
  argv: Program['argv'],
  limits: Limits,
  temporary: string,
  hasNetwork: boolean,
): Program {
  return {
    argv,
    // Nothing of the command's: srt itself runs outside. Its proxies listen where the command sees them.
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', TMPDIR: temporary },
    wrapper: hasNetwork ? WRAPPER : { ...WRAPPER, hasRun: BEGUN.isSaid },
    family: openFamily(limits),
    kill: (_id, killGroup) => killGroup(),
  }
}

/** What srt is told: what is hidden, what of that is shown all the same, and what may be written. */
function configureSandbox({
  hidden,
}: Surroundings): (command: Command, scratch: readonly string[]) => SandboxRuntimeConfig {
  const { paths, settings } = readSystemView()
  const toolchains = [...findToolchains(process.env, hidden), dirname(dirname(ENTRY))]
  const [closed, open] = IS_MACOS
    ? [['/Users', '/Volumes', '/private/var/folders', '/private/tmp', homedir(), ...hidden], toolchains]
    : [['/'], [...paths, ...settings, ...CERTIFICATES, ...toolchains]]
  return (command, scratch) => {
    const { read, write } = viewOf(command)
    const shown = [...open, ...read.flatMap((path) => around(path, write)), ...write, ...scratch]
    return {
      network: { allowedDomains: [...(command.network ?? [])], deniedDomains: [] },
      filesystem: {
        denyRead: closed,
        allowRead: shown.filter((path) => existsSync(path)),
        allowWrite: [...write, ...scratch],
        denyWrite: read.filter((path) => write.some((outer) => isWithin(path, outer))),
      },
    }
  }
}

/** What of a directory lies around the writable paths in it: srt would lay the whole of it over them. */
function around(directory: string, writable: readonly string[]): readonly string[] {
  if (writable.includes(directory)) return []
  if (!writable.some((path) => isWithin(path, directory))) return [directory]
  return readdirSync(directory).flatMap((name) => around(join(directory, name), writable))
}

/** The command as a text for the shell in the sandbox: its variables, then what starts it. */
function toScript(command: Command, limits: Limits, scratch: string, hasNetwork: boolean): string {
  const places = { HOME: scratch, TMPDIR: scratch }
  const env = childEnvironment({ ...toolchainVariables(process.env), ...places, ...command.env })
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}`)
  // Its own program, which stands between us and a command with a network, passes no descriptor on.
  const before = hasNetwork ? '' : BEGUN.say
  const launched = launchAsChild(command.argv, limits, WRAPPER.reserved, { before })
  return [...exports, launched.map(quote).join(' ')].join('\n')
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}

/** Runs a script in a sandbox without a network. */
async function runWrapped<Result>(
  script: string,
  config: SandboxRuntimeConfig,
  run: (argv: Program['argv']) => Promise<Result>,
): Promise<Result> {
  const { SandboxManager } = await import('@anthropic-ai/sandbox-runtime')
  const wrapped = await SandboxManager.wrapWithSandbox(script, '/bin/sh', config)
  try {
    return await run(['/bin/sh', '-c', wrapped])
  } finally {
    SandboxManager.cleanupAfterCommand()
  }
}

/**
 * A program that runs a script in a sandbox with a network. It is a process of its own because srt keeps one list of
 * domains for a process: a command without a network that runs at the same time would share it.
 */
function startAlone(script: string, config: SandboxRuntimeConfig, scratch: string): Program['argv'] {
  const settings = join(scratch, '.srt-settings.json')
  writeFileSync(settings, JSON.stringify(config))
  return [process.execPath, join(dirname(ENTRY), 'cli.js'), '--settings', settings, '-c', script]
}
