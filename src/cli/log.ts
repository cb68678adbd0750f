import type { Command } from 'commander'
import { describeComparison } from '../gate/compare-with-seed.ts'
import { readRun } from '../inspect.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'
import { traceInterventions } from '../supervision/outcomes.ts'
import { firstLine, renderColumns, renderNumber, renderPercent, renderUsd } from '../text.ts'
import { toPlain } from './style.ts'
import { renderInterventions } from './supervisor-log.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'

export function addLogCommand(program: Command): void {
  program
    .command('log')
    .summary('the lineage as a table, or what the supervisor did')
    .description(
      'Shows the accepted versions, oldest first: gain, score, each configuration, cost, when, what changed.',
    )
    .argument(...TASK_ARGUMENT)
    .option(
      '--supervisor',
      'every intervention of the supervisor instead: its sign, its directions, and what came of each',
    )
    .option('--json', 'one JSON document: a list of versions, or of interventions')
    .addHelpText('after', '\nExamples:\n  avo log examples/sorting\n  avo log --supervisor examples/sorting')
    .action(async (task: string, flags: { json?: true; supervisor?: true }, command: Command) => {
      const config = await readTask(command, task)
      const { state } = await readRun(config)
      const shown = flags.supervisor ? traceInterventions(state) : state.versions
      const render = flags.supervisor ? renderInterventions : renderLineage
      writeData(flags.json ? JSON.stringify(shown, null, 2) : render(state))
    })
}

/** The lineage as a table, a row per version, and below it what the newest one is worth. */
export function renderLineage(state: RunState): string {
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
    version.number === 0 ? '' : renderPercent(multiplyGains(state.versions.slice(0, version.number + 1))),
    renderNumber(version.score.value),
    version.costUsd === null ? '?' : renderUsd(version.costUsd),
    version.committedAt.slice(0, 16).replace('T', ' '),
    toPlain(firstLine(version.summary, 60)),
    ...version.score.scores.map(({ value }) => renderNumber(value)),
  ])
  const numbers = header
    .map((_name, column) => column)
    .filter((column) => column !== 0 && column !== 5 && column !== 6)
  const table = renderColumns([header, ...rows], numbers)
  return state.comparison === null ? table : `${table}\n\n${describeComparison(state.comparison)}`
}
