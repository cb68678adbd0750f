import type { Command } from 'commander'
import { readRun } from '../inspect.ts'
import type { RunState } from '../journal.ts'
import { type Direction, gainOver } from '../score.ts'
import { firstLine, renderColumns, renderNumber, renderPercent, renderUsd } from '../text.ts'
import { toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'

export function addLogCommand(program: Command): void {
  program
    .command('log')
    .summary('the lineage as a table')
    .description(
      'Shows the accepted versions, oldest first: gain, score, each configuration, cost, when, what changed.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--json', 'one JSON document: a list of versions')
    .addHelpText('after', '\nExample:\n  avo log examples/sorting')
    .action(async (task: string, flags: { json?: true }, command: Command) => {
      const config = await readTask(command, task)
      const { state } = await readRun(config)
      writeData(flags.json ? JSON.stringify(state.versions, null, 2) : renderLineage(state, config.direction))
    })
}

/** The lineage as a table, a row per version. */
export function renderLineage(state: RunState, direction: Direction): string {
  const [seed] = state.versions
  if (seed === undefined) return 'There are no versions yet.'
  const configurations = seed.score.scores.map(({ configuration }) => configuration)
  const header = [
    'version',
    'gain',
    'over v0',
    'score',
    'cost',
    'when',
    'what changed',
    ...configurations.map(toPlain),
  ]
  const rows = state.versions.map((version) => [
    `v${version.number}`,
    version.number === 0 ? '' : renderPercent(version.gain),
    version.number === 0 ? '' : renderPercent(gainOver(version.score.value, seed.score.value, direction)),
    renderNumber(version.score.value),
    version.costUsd === null ? '?' : renderUsd(version.costUsd),
    version.committedAt.slice(0, 16).replace('T', ' '),
    toPlain(firstLine(version.summary, 60)),
    ...version.score.scores.map(({ value }) => renderNumber(value)),
  ])
  const numbers = header
    .map((_name, column) => column)
    .filter((column) => column !== 0 && column !== 5 && column !== 6)
  return renderColumns([header, ...rows], numbers)
}
