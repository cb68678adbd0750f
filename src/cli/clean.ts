import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { clean, listRemovable, type Removable } from '../commands/clean.ts'
import { AvoError } from '../errors.ts'
import { renderBytes, renderColumns } from '../text.ts'
import { readTask, TASK_ARGUMENT, toShownPath, writeData } from './task.ts'

interface CleanFlags {
  readonly all?: true
  readonly yes?: true
  readonly dryRun?: true
  readonly json?: true
}

export function addCleanCommand(program: Command): void {
  program
    .command('clean')
    .summary('free what a finished run does not need')
    .description(
      'Removes what a run can do without: what killed runs left, long outputs, the search index, copies of old scorers.\nIt lists them with their sizes and asks. The journal and the lineage always stay, and a run that goes on finds all it needs.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--all', "the agent's memory as well: a run that goes on begins with a fresh one")
    .option('--yes', "don't ask")
    .option('--dry-run', 'only list')
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExamples:\n  avo clean my-task --dry-run\n  avo clean my-task --all --yes')
    .action(async (task: string, flags: CleanFlags, command: Command) => {
      const config = await readTask(command, task)
      const options = { conversation: flags.all === true }
      const removed =
        flags.dryRun === true
          ? await listRemovable(config, options)
          : await clean(config, options, (removable) => confirm(removable, flags))
      writeData(flags.json ? toJson(removed, flags) : render(removed, flags))
    })
}

/** Nobody is asked who can't answer. */
async function confirm(removable: readonly Removable[], { yes, json }: CleanFlags): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY || !process.stderr.isTTY || json)
    throw new AvoError(
      'usage',
      `nobody can be asked here about removing ${renderBytes(totalOf(removable))}`,
      '--dry-run lists it, --yes removes it.',
    )
  process.stderr.write(`${list(removable)}\n`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`Remove ${renderBytes(totalOf(removable))}? [y/N] `)
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}

function render(removed: readonly Removable[], { dryRun, yes }: CleanFlags): string {
  if (removed.length === 0) return 'Nothing was removed.'
  const total = renderBytes(totalOf(removed))
  if (dryRun) return `${list(removed)}\n\n${total} can be freed.`
  // Whoever was asked has seen the list.
  return yes ? `${list(removed)}\n\n${total} were freed.` : `${total} were freed.`
}

function list(removable: readonly Removable[]): string {
  return renderColumns(
    removable.map(({ what, paths, bytes }) => [renderBytes(bytes), what, toShownPath(parentOf(paths))]),
    [0],
  )
}

function parentOf([first = '']: readonly string[]): string {
  return first.slice(0, first.lastIndexOf('/'))
}

function totalOf(removable: readonly Removable[]): number {
  return removable.reduce((sum, { bytes }) => sum + bytes, 0)
}

function toJson(removed: readonly Removable[], { dryRun }: CleanFlags): string {
  return JSON.stringify({ dryRun: dryRun === true, bytes: totalOf(removed), removed }, null, 2)
}
