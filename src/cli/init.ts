import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { renderConfigTemplate } from '../config/template.ts'
import { AvoError } from '../errors.ts'
import { PACKAGE_ROOT } from '../package-root.ts'
import { provideScoringKit } from '../scoring-kit/kit-directory.ts'
import { toShownPath, workingDirectory, writeData } from './task.ts'

/** What a run leaves in a task's directory, and what programs leave anywhere: a copy must not have it. */
const RUN_FILES = new Set(['workspace', '.avo'])
const DROPPINGS = new Set(['node_modules', '__pycache__'])

export function addInitCommand(program: Command): void {
  program
    .command('init')
    .summary('make a task from the template or from an example')
    .description(
      'Makes a task: a directory with avo.yaml, seed, scorer and knowledge base to be changed to your own.\nNothing is ever overwritten.',
    )
    .argument('[directory]', 'the directory to make')
    .option('--from <example>', 'copy an example instead of the template')
    .option(
      '-o, --output <file>',
      'write only a configuration file, every key with its default and a comment',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  avo init my-task\n  avo init my-task --from sorting\n  avo init -o avo.yaml',
    )
    .action(
      async (directory: string | undefined, flags: { from?: string; output?: string }, command: Command) => {
        const here = workingDirectory(command)
        if (flags.output !== undefined) return writeConfig(resolve(here, flags.output))
        if (directory === undefined)
          throw new AvoError('usage', 'init takes a directory', 'For example: avo init my-task')
        const target = resolve(here, directory)
        await copyTask(
          flags.from === undefined ? join(PACKAGE_ROOT, 'workspace-template') : await findExample(flags.from),
          target,
        )
        const shown = toShownPath(target)
        writeData(
          `Made ${shown}.\n\nNext:\n  avo doctor ${shown}   see whether it can run\n  avo run ${shown}      run it with the built-in model\n  ${join(shown, 'avo.yaml')} says what to change`,
        )
      },
    )
}

async function writeConfig(file: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, renderConfigTemplate(), { flag: 'wx' })
  } catch (error) {
    throw refusal(error, file)
  }
  writeData(`Wrote ${file}.`)
}

async function copyTask(source: string, target: string): Promise<void> {
  const present = await readdir(target).catch(() => [])
  if (present.length > 0)
    throw new AvoError(
      'usage',
      `${target} is not empty`,
      'Give a directory that does not exist yet: init never overwrites.',
    )
  try {
    await cp(source, target, {
      recursive: true,
      errorOnExist: true,
      force: false,
      filter: (path) =>
        path === source || !(DROPPINGS.has(basename(path)) || RUN_FILES.has(relative(source, path))),
    })
    // So that the scorer also runs by hand.
    await provideScoringKit(target)
  } catch (error) {
    throw refusal(error, target)
  }
}

async function findExample(name: string): Promise<string> {
  const folder = join(PACKAGE_ROOT, 'examples')
  const examples = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  if (!examples.includes(name))
    throw new AvoError('usage', `there is no example ${name}`, `The examples are: ${examples.join(', ')}.`)
  return join(folder, name)
}

function refusal(error: unknown, path: string): unknown {
  if (!(error instanceof Error && 'code' in error)) return error
  if (error.code === 'EEXIST')
    return new AvoError('usage', `${path} exists`, 'Give another name: init never overwrites.')
  return new AvoError('storage', `can't write ${path}: ${error.message}`)
}
