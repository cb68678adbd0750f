import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SandboxManager } from '@anthropic-ai/sandbox-runtime'
import { findContainerEngine } from '../../src/sandbox/container-engine.ts'
import { DEFAULT_LIMITS } from '../../src/sandbox/limits.ts'
import { openSandbox, type SandboxOptions } from '../../src/sandbox/open-sandbox.ts'
import { atMost } from '../../src/sandbox/resource-limits.ts'
import type { SandboxName } from '../../src/sandbox/sandbox-choice.ts'
import { readSystemView, type SystemView } from '../../src/sandbox/system-view.ts'
import { findToolchains } from '../../src/sandbox/toolchains.ts'
import type { Figure } from './main.ts'

const never = new AbortController().signal

type Argv = readonly [string, ...string[]]

/** What a person would type to get as much from the tool itself: the same programs in view, nothing watched or counted. */
interface Bare {
  readonly name: SandboxName
  readonly tool: string
  readonly rounds: number
  readonly most: number
  readonly prepare: (work: string, options: SandboxOptions) => Promise<() => Promise<Argv>>
}

const BARE: readonly Bare[] = [
  {
    name: 'process',
    tool: 'a bare shell',
    rounds: 60,
    most: 3,
    prepare: async () => async () => ['/bin/sh', '-c', 'true'],
  },
  { name: 'bubblewrap', tool: 'a bare bwrap', rounds: 60, most: 1.5, prepare: bareBubblewrap },
  { name: 'srt', tool: 'a bare srt', rounds: 20, most: 1.5, prepare: bareSrt },
  { name: 'container', tool: 'a bare run of the engine', rounds: 12, most: 1.2, prepare: bareContainer },
]

/**
 * What a call of each backend costs against the bare tool, as ratios from one run: both are timed in turns, so that
 * whatever else the machine does falls on both.
 */
export async function benchIsolation(): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const bare of BARE) figures.push(...(await benchBackend(bare)))
  return figures
}

async function benchBackend({ name, tool, rounds, most, prepare }: Bare): Promise<readonly Figure[]> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'avo-bench-')))
  const [own, work] = [join(directory, 'sandbox'), join(directory, 'work')]
  try {
    for (const path of [own, work, join(directory, 'bare')]) await mkdir(path)
    const options = { hidden: [], directory: own, limits: DEFAULT_LIMITS }
    const sandbox = await openSandbox(name, options, { domains: [], fallsBack: true })
    const toArgv = await prepare(work, { ...options, directory: join(directory, 'bare') })
    const call = () => sandbox.exec({ argv: ['true'], cwd: work, timeoutSeconds: 60 }, never)
    const [bareMs = Number.NaN, callMs = Number.NaN] = await timeInTurns(
      rounds,
      async () => run(await toArgv(), work),
      call,
    )
    const ratio = callMs / bareMs
    return [
      {
        name: `${name} per call (${callMs.toFixed(1)} ms) to ${tool} (${bareMs.toFixed(1)} ms)`,
        value: `${ratio.toFixed(2)}×`,
        target: `≤ ${most}×`,
        met: ratio <= most,
      },
    ]
  } catch (error) {
    return [
      { name, value: `can't run here: ${String(error).slice(0, 60)}`, target: `≤ ${most}×`, met: false },
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Medians in milliseconds, after a few turns that don't count. */
async function timeInTurns(
  rounds: number,
  ...actions: readonly (() => Promise<unknown>)[]
): Promise<readonly number[]> {
  const times = actions.map((): number[] => [])
  for (let round = -3; round < rounds; round++)
    for (const [index, action] of actions.entries()) {
      const startedAt = performance.now()
      await action()
      if (round >= 0) times[index]?.push(performance.now() - startedAt)
    }
  return times.map((values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN)
}

async function run([file, ...args]: Argv, cwd: string): Promise<void> {
  // podman is told to pass descriptor 3 on, as it is in a run.
  const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  child.stdout?.resume()
  child.stderr?.resume()
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`${file} ended with ${status}`)
}

async function bareBubblewrap(work: string): Promise<() => Promise<Argv>> {
  const system = readSystemView()
  const shown = [...new Set([...system.paths, '/etc', ...findToolchains(process.env, [])])]
  const argv: Argv = [
    'bwrap',
    ...['--unshare-all', '--unshare-user', '--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
    ...shown.filter((path) => !path.startsWith('/etc/')).flatMap((path) => ['--ro-bind', path, path]),
    ...system.links.flatMap(({ path, target }) => ['--symlink', target, path]),
    ...['--bind', work, work, '--chdir', work, 'true'],
  ]
  return async () => argv
}

async function bareSrt(work: string): Promise<() => Promise<Argv>> {
  const { paths, settings } = readSystemView()
  const filesystem = {
    denyRead: ['/'],
    allowRead: [...paths, ...settings, ...findToolchains(process.env, []), work],
    allowWrite: [work],
    denyWrite: [],
  }
  return async () => {
    SandboxManager.cleanupAfterCommand()
    const config = { network: { allowedDomains: [], deniedDomains: [] }, filesystem }
    return ['/bin/sh', '-c', await SandboxManager.wrapWithSandbox('true', '/bin/sh', config)]
  }
}

async function bareContainer(work: string, { directory }: SandboxOptions): Promise<() => Promise<Argv>> {
  const system: SystemView = readSystemView()
  const toArgv = ({ command, options, root }: Awaited<ReturnType<typeof findContainerEngine>>): Argv => [
    ...command,
    ...['run', '--rm', '--network', 'none', '--read-only', '--cap-drop', 'all', '--log-driver', 'none'],
    ...['--security-opt', 'no-new-privileges', '--memory', '1g', '--pids-limit', '1000', '--tmpfs', '/tmp'],
    ...['--ulimit', `nofile=${atMost('open files', 4096)}`, '--ulimit', `nproc=${atMost('processes', 4096)}`],
    ...[...system.paths, ...findToolchains(process.env, [])].flatMap((path) => [
      '--volume',
      `${path}:${path}:ro`,
    ]),
    ...['--volume', `${work}:${work}`, '--workdir', work, ...options, ...root, 'true'],
  ]
  const engine = await findContainerEngine(undefined, system, directory, (candidate) =>
    run(toArgv(candidate), work),
  )
  return async () => toArgv(engine)
}
