import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Command, InvalidArgumentError } from 'commander'
import { openExplorer } from '../explorer/explorer.ts'
import { readTask, writeData } from './task.ts'

interface ExploreFlags {
  readonly port: number
  readonly open?: boolean
  readonly json?: true
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function addExploreCommand(program: Command): void {
  program
    .command('explore')
    .summary('look at runs in a browser, while they run or afterwards')
    .description(
      'Serves a page that shows one run, or compares several: every attempt, the lineage with its diffs, what failed and why, transcripts, the supervisor, documents, budget and machine. It follows a run that goes on, whoever runs it; from it you can steer, pause and stop.\nOnly this machine is served, and only who has the address that is printed: it ends with a random token.',
    )
    .argument('[tasks...]', 'directories of tasks or their yaml files; by default the current directory')
    .option('--port <n>', 'by default one that is free', parsePort, 0)
    .option('--open', 'open it in the browser; by default only where a person has started it on a desktop')
    .option('--no-open', 'only print the address')
    .option('--json', 'print the address as one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  avo explore my-task\n  avo explore night-1 night-2 night-3     compare repeats\n  avo explore my-task --port 7070 --no-open\n\nCtrl-C ends it; a run that it shows goes on.',
    )
    .action(async (tasks: readonly string[], flags: ExploreFlags, command: Command) => {
      const places = tasks.length === 0 ? ['.'] : tasks
      const configs = await Promise.all(places.map((task) => readTask(command, task)))
      const explorer = await openExplorer(configs, flags.port)
      const ended = Promise.race(SIGNALS.map((signal) => once(process, signal)))
      writeData(flags.json ? JSON.stringify({ url: explorer.url }) : explorer.url)
      if (flags.open ?? isDesktop()) openInBrowser(explorer.issueEntry())
      if (process.stderr.isTTY) process.stderr.write('Ctrl-C ends it; the run goes on.\n')
      await ended
      await explorer.close()
    })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new InvalidArgumentError('it takes a number from 0 to 65535')
}

/** Whether somebody sits at this machine: over ssh a browser here would be of no use. */
function isDesktop(): boolean {
  if (!process.stdout.isTTY || process.env['SSH_CONNECTION'] !== undefined) return false
  if (process.platform !== 'linux') return true
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined
}

const OPENERS: Partial<Readonly<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** Where nothing can be opened, the printed address is all that is needed. */
function openInBrowser(url: string): void {
  const [program, ...words] = OPENERS[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
