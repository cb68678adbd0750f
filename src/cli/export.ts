import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { type ExportResult, exportRun } from '../commands/export.ts'
import { AvoError, toMessage } from '../errors.ts'
import { renderCount } from '../text.ts'
import { createStyle, toPlain } from './style.ts'
import { parseVersion, readTask, TASK_ARGUMENT, toShownPath, workingDirectory, writeData } from './task.ts'

interface ExportFlags {
  readonly version?: number
  readonly branch?: string
  readonly patch?: string
  readonly repository?: string
  readonly squash?: true
  readonly json?: true
}

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .summary('bring the lineage to your own repository, as a branch or a patch')
    .description(
      "Brings the versions to the repository that the seed is from, one commit each, on top of the commit that has the seed's files.\nEvery commit is checked against the lineage. Your working tree, index, HEAD and hooks stay as they are; uncommitted work does not matter.",
    )
    .argument(...TASK_ARGUMENT)
    .option('--branch <name>', 'make a new branch of this name')
    .addOption(
      new Option('--patch <file>', 'write mails for git am instead; - is standard output').conflicts(
        'branch',
      ),
    )
    .option('--version <version>', 'up to this version, such as v3; by default the best', parseVersion)
    .option('--squash', 'one commit for all of it')
    .option(
      '--repository <dir>',
      "another repository than the seed's; a directory in it, where the files belong",
    )
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  avo export examples/sorting --branch faster-sorting
  avo export my-task --version v3 --squash --branch faster --repository ~/project/src
  avo export my-task --patch faster.patch && git am faster.patch`,
    )
    .action(async (task: string, flags: ExportFlags, command: Command) => {
      const { branch, patch, repository, version, squash = false } = flags
      if (branch === undefined && patch === undefined)
        throw new AvoError('usage', 'export takes --branch NAME or --patch FILE')
      const config = await readTask(command, task)
      const directory = workingDirectory(command)
      const result = await exportRun(config, {
        squash,
        branch: branch ?? null,
        ...(version === undefined ? {} : { version }),
        ...(repository === undefined ? {} : { repository: resolve(directory, repository) }),
      })
      if (patch === '-') return writeExactly(result.patch ?? '')
      if (patch !== undefined) await writeNewFile(resolve(directory, patch), result.patch ?? '')
      const { patch: _mails, ...facts } = result
      writeData(
        flags.json ? JSON.stringify({ ...facts, patch: patch ?? null }, null, 2) : render(result, patch),
      )
    })
}

function render(
  { version, repository, branch, base, bringsSeed, commits }: ExportResult,
  patch?: string,
): string {
  const style = createStyle(process.stdout)
  const where = repository === null ? '' : toShownPath(repository)
  const after = base === null ? 'the seed' : `your commit ${base.slice(0, 10)}`
  const made =
    branch === null
      ? `${patch}: v${version} in ${renderCount(commits.length, 'commit')}, for ${after}`
      : `branch ${branch} in the repository of ${where}: v${version} in ${renderCount(commits.length, 'commit')} on top of ${after}`
  const notes = [
    'Every commit was checked: its files are those of the lineage, byte for byte.',
    ...(bringsSeed && repository !== null
      ? [
          `${style('yellow', 'note:')} no commit there has the files that the run started from; the first of the new ones brings them.`,
        ]
      : []),
    branch === null
      ? `Apply it: git am ${patch}`
      : `Look at it: git -C ${where} log ${base === null ? '' : `${base.slice(0, 10)}..`}${branch}`,
  ]
  return toPlain(made) + notes.map((line) => `\n${line}`).join('')
}

/** A patch is bytes for a program. */
function writeExactly(text: string): void {
  process.stdout.write(text)
}

async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (cause) {
    throw new AvoError(
      'usage',
      `can't write the patch: ${toMessage(cause)}`,
      'Name a file that does not exist yet.',
      {
        cause,
      },
    )
  }
}
