import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Where a Linux system keeps its programs. */
const PROGRAMS = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix/store',
  '/gnu/store',
  '/run/current-system/sw',
  '/run/opengl-driver',
]

/** The parts of /etc that programs look at and that hold no secret. */
const SETTINGS = [
  /^(group|host\.conf|hosts|ld\.so\.cache|localtime|nsswitch\.conf|os-release|passwd|timezone)$/,
  /^(bash\.bashrc|gai\.conf|inputrc|login\.defs|magic|mime\.types|netconfig|profile|protocols|services|shells)$/,
  /^(java|openjdk|python|perl|R|julia|ghc|mono|dotnet|OpenCL|openmpi|vulkan)[-.\w]*$/,
]

/** Hundreds of links to programs: many programs of Debian are found through them. */
const ALTERNATIVES = '/etc/alternatives'
/** How many processors there are, and how they share caches and memory. */
const TOPOLOGY = '/sys/devices/system'
/** What a driver of GPUs offers to programs. */
const DEVICE = /^(nvidia.*|dri|kfd|dxg)$/

/** What of the system every command may read. */
export interface SystemView {
  /** Shown where they are. */
  readonly paths: readonly string[]
  /** Links on the host, and links to the same place in a sandbox. */
  readonly links: readonly { readonly path: string; readonly target: string }[]
  /** Files and small directories of /etc. */
  readonly settings: readonly string[]
  /** Devices of GPUs; none where the machine has none. */
  readonly devices: readonly string[]
}

/** The system's programs and settings, as far as this machine has them. */
export function readSystemView(): SystemView {
  const programs = PROGRAMS.filter(exists)
  const isLink = (path: string): boolean => lstatSync(path).isSymbolicLink()
  const devices = list('/dev', (name) => DEVICE.test(name))
  // A driver looks for its cards all over /sys.
  const kernel = devices.length > 0 ? '/sys' : TOPOLOGY
  return {
    paths: [...programs.filter((path) => !isLink(path)), ...[ALTERNATIVES, kernel].filter(exists)],
    links: programs.filter(isLink).map((path) => ({ path, target: readlinkSync(path) })),
    settings: list('/etc', (name) => SETTINGS.some((pattern) => pattern.test(name))),
    devices,
  }
}

/**
 * Copies the settings to `directory/etc`, once for many commands: to show them one by one would take longer than to start a
 * command. Gives the path of the copy, which has a place for what else of /etc is shown.
 */
export function copySettings({ settings, paths }: SystemView, directory: string): string {
  const target = join(directory, 'etc')
  mkdirSync(target, { recursive: true })
  for (const path of paths)
    if (path.startsWith('/etc/')) mkdirSync(join(directory, path), { recursive: true })
  // What can't be read is left out.
  spawnSync('cp', ['-a', ...settings, target], { stdio: 'ignore' })
  return target
}

function list(directory: string, isWanted: (name: string) => boolean): readonly string[] {
  return exists(directory)
    ? readdirSync(directory)
        .filter(isWanted)
        .map((name) => join(directory, name))
    : []
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
