import { type Command, Option } from 'commander'
import { describeComparison } from '../gate/compare-with-seed.ts'
import { readRun } from '../inspect.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'
import { type ScoreCurve, traceScores } from '../score-curve.ts'
import { traceInterventions } from '../supervision/outcomes.ts'
import { firstLine, renderColumns, renderNumber, renderPercent, renderUsd } from '../text.ts'
import { renderScoreGraph } from './score-graph.ts'
import { createStyle, toPlain } from './style.ts'
import { renderInterventions } from './supervisor-log.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'
import { showsUnicode } from './unicode.ts'

/** Of a graph where the output is no terminal. */
const PLAIN_COLUMNS = 80
const GRAPH_ROWS = 16
/** Of a terminal, for the prompt and what stands below a graph. */
const OTHER_ROWS = 6
const FEWEST_ROWS = 6

const NO_VERSIONS = 'There are no versions yet.'

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
      writeData(flags.graph ? renderGraph(state, curve()) : renderLineage(state))
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

/** The lineage as a table, a row per version, and below it what the newest one is worth. */
export function renderLineage(state: RunState): string {
  const [seed] = state.versions
  if (seed === undefined) return NO_VERSIONS
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
