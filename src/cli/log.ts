import { type Command, Option } from 'commander'
import { readRun } from '../commands/inspect.ts'
import { describeComparison } from '../gate/compare-with-seed.ts'
import type { RunState } from '../journal.ts'
import { type ScoreCurve, traceScores } from '../score-curve.ts'
import { traceInterventions } from '../supervision/outcomes.ts'
import { NO_VERSIONS, renderLineage } from './lineage-table.ts'
import { renderScoreGraph } from './score-graph.ts'
import { createStyle } from './style.ts'
import { renderInterventions } from './supervisor-log.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'
import { showsUnicode } from './unicode.ts'

/** Of a graph where the output is no terminal. */
const PLAIN_COLUMNS = 80
const GRAPH_ROWS = 16
/** Of a terminal, for the prompt and what stands below a graph. */
const OTHER_ROWS = 6
const FEWEST_ROWS = 6

interface LogFlags {
  readonly graph?: true
  readonly supervisor?: true
  readonly json?: true
}

export function addLogCommand(program: Command): void {
  program
    .command('log')
    .summary('the lineage as a table or a graph, or what the supervisor did')
    .description(
      'Shows the accepted versions, oldest first: gain, score, each configuration, cost, when, what changed.',
    )
    .argument(...TASK_ARGUMENT)
    .addOption(
      new Option(
        '--graph',
        'the score of every attempt as a graph instead, as wide as the terminal',
      ).conflicts('supervisor'),
    )
    .option(
      '--supervisor',
      'every intervention of the supervisor instead: its sign, its directions, and what came of each',
    )
    .option('--json', 'one JSON document: a list of versions, the curve, or a list of interventions')
    .addHelpText(
      'after',
      '\nExamples:\n  avo log examples/sorting\n  avo log --graph examples/sorting\n  avo log --supervisor examples/sorting',
    )
    .action(async (task: string, flags: LogFlags, command: Command) => {
      const config = await readTask(command, task)
      const { state } = await readRun(config)
      const curve = (): ScoreCurve => traceScores(state, config.direction)
      if (flags.json) {
        const shown = flags.supervisor ? traceInterventions(state) : flags.graph ? curve() : state.versions
        return writeData(JSON.stringify(shown, null, 2))
      }
      if (flags.supervisor) return writeData(renderInterventions(state))
      writeData(flags.graph ? renderGraph(state, curve()) : renderLineage(state, process.stdout.columns))
    })
}

/** The curve, and below it what the newest version is worth. */
function renderGraph(state: RunState, curve: ScoreCurve): string {
  if (curve.seed === null) return NO_VERSIONS
  const { columns, rows } = process.stdout
  const graph = renderScoreGraph(curve, {
    width: columns > 0 ? columns : PLAIN_COLUMNS,
    height: rows > 0 ? Math.max(FEWEST_ROWS, Math.min(GRAPH_ROWS, rows - OTHER_ROWS)) : GRAPH_ROWS,
    isAscii: !showsUnicode(),
    style: createStyle(process.stdout),
  })
  return state.comparison === null ? graph : `${graph}\n\n${describeComparison(state.comparison)}`
}
