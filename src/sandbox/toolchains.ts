import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, delimiter, dirname, isAbsolute, join, sep } from 'node:path'
import { execPath } from 'node:process'
import { isWithin } from './view.ts'

/** Variables that name directories of toolchains. */
const DIRECTORY_VARIABLES = [
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'PYENV_ROOT',
  'PYTHONHOME',
  'PYTHONPATH',
  'NODE_PATH',
  'JAVA_HOME',
  'GOROOT',
  'RUSTUP_HOME',
  'DOTNET_ROOT',
  'CUDA_HOME',
  'CUDA_PATH',
  'ROCM_PATH',
  'LD_LIBRARY_PATH',
  'LIBRARY_PATH',
  'CPATH',
]

/**
 * Toolchains that lie in a person's home directory, by the directory of theirs that is on the PATH: what of them may be
 * seen. Their neighbours may be keys (`~/.cargo/credentials.toml`).
 */
const KNOWN_HOMES: Readonly<Record<string, readonly string[]>> = {
  '.cargo/bin': ['.cargo/bin', '.cargo/registry', '.cargo/git', '.rustup'],
  '.pyenv/shims': ['.pyenv'],
  '.pyenv/bin': ['.pyenv'],
  '.local/bin': [
    '.local/bin',
    '.local/lib',
    '.local/share/uv/python',
    '.local/share/uv/tools',
    '.local/share/pipx',
  ],
  'go/bin': ['go/bin', 'go/pkg'],
}

/** Variables that tell a toolchain where it is when HOME is somewhere else, with the place in the home directory. */
const PLACE_VARIABLES: Readonly<Record<string, string>> = {
  CARGO_HOME: '.cargo',
  RUSTUP_HOME: '.rustup',
  PYENV_ROOT: '.pyenv',
  PYTHONUSERBASE: '.local',
  GOPATH: 'go',
}

/**
 * Directories outside the system's that hold the programs of the PATH, with what these programs need: the toolchain that a
 * `bin` directory belongs to, and the ones that its links lead to. Of what a link leads to among a person's own files, the
 * file alone. Never a home directory as a whole, and nothing that
 * holds one of `apart`.
 */
export function findToolchains(
  env: Readonly<Record<string, string | undefined>>,
  apart: readonly string[],
): readonly string[] {
  const home = env['HOME'] ?? homedir()
  const outOfReach = [home, ...apart]
  const found = new Set<string>()

  function add(path: string): boolean {
    const isUsable = isDirectory(path) && !outOfReach.some((other) => isWithin(other, path))
    if (isUsable) found.add(path)
    return isUsable
  }

  function addPrograms(wanted: string): void {
    const directory = toPackages(wanted)
    if (found.has(directory) || isOfSystem(directory)) return
    const known = KNOWN_HOMES[directory.slice(home.length + 1)]
    if (known !== undefined && isWithin(directory, home)) {
      for (const path of known) add(join(home, path))
    } else if (!add(directory)) return
    else if (basename(directory) === 'bin' && hasLibraries(dirname(directory))) add(dirname(directory))
    for (const target of linkTargets(wanted))
      if (isToolchain(dirname(target)) || !isWithin(target, home)) addPrograms(dirname(target))
      else if (!outOfReach.some((other) => isWithin(other, target))) found.add(target)
  }

  for (const directory of [dirname(execPath), ...listPaths(env['PATH'])]) addPrograms(directory)
  for (const path of DIRECTORY_VARIABLES.flatMap((name) => listPaths(env[name])))
    if (!isOfSystem(path)) add(path)
  return [...found].filter((path) => !found.has(dirname(path)))
}

/** What toolchains of the home directory must be told where a command has another home. */
export function toolchainVariables(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const home = env['HOME'] ?? homedir()
  const places = Object.entries(PLACE_VARIABLES).map(([name, place]) => [name, join(home, place)] as const)
  return Object.fromEntries(places.filter(([name, path]) => env[name] === undefined && exists(path)))
}

/** Of a program in node_modules, all packages: they need each other. */
function toPackages(directory: string): string {
  const [, packages] = /^(.*?\/node_modules)(\/|$)/.exec(directory) ?? []
  return packages ?? directory
}

/** Where the links of a directory of programs lead to, outside of it. */
function linkTargets(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isSymbolicLink())
      .flatMap(({ name }) => resolveLink(join(directory, name)))
      .filter((target) => dirname(target) !== directory)
  } catch {
    return []
  }
}

function resolveLink(path: string): readonly string[] {
  try {
    return [realpathSync(path)]
  } catch {
    return []
  }
}

/** Whether a directory is the `bin` of something that was installed; a person's own project may have a `bin`, too. */
function isToolchain(directory: string): boolean {
  const isPart = (name: string): boolean => exists(join(dirname(directory), name))
  return basename(directory) === 'bin' && ['lib', 'lib64', 'libexec', 'pyvenv.cfg'].some(isPart)
}

function hasLibraries(prefix: string): boolean {
  return ['lib', 'lib64', 'libexec', 'package.json', 'pyvenv.cfg'].some((name) => exists(join(prefix, name)))
}

function isOfSystem(path: string): boolean {
  return ['/usr', '/bin', '/sbin', '/nix/store', '/gnu/store'].some((directory) => isWithin(path, directory))
}

function listPaths(value: string | undefined): readonly string[] {
  return (value ?? '').split(delimiter).filter((path) => isAbsolute(path) && path !== sep)
}

function isDirectory(path: string): boolean {
  return look(path)?.isDirectory() === true
}

function exists(path: string): boolean {
  return look(path) !== undefined
}

/** A directory of somebody else's may be on the PATH: what can't be looked at can't be run either. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
