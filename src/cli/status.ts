import type { Command } from 'commander'
import { describeComparison } from '../gate/compare-with-seed.ts'
import { type RunReading, readRun } from '../inspect.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'
import { totalTokens } from '../spent.ts'
import {
  firstLine,
  renderColumns,
  renderDuration,
  renderNumber,
  renderPercent,
  renderTime,
  renderUsd,
} from '../text.ts'
import { toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .summary('how a run stands, while it runs or afterwards')
    .description(
      'Shows how a run stands: best version, attempts, what it has used, the last failures. It never disturbs the run.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--json', 'one JSON document')
    .addHelpText('after', '\nExample:\n  avo status examples/sorting --json')
    .action(async (task: string, flags: { json?: true }, command: Command) => {
      const config = await readTask(command, task)
      const reading = await readRun(config)
      writeData(flags.json ? JSON.stringify(toJson(reading), null, 2) : renderStatus(reading))
    })
}

function renderStatus({ state, pid }: RunReading): string {
  if (state.startedAt === null) return 'Not started yet: avo run starts it.'
  const best = state.versions.at(-1)
  const rows = [['state', describeState(state, pid)]]
  if (best !== undefined) {
    const gain = renderPercent(multiplyGains(state.versions))
    rows.push([
      'best',
      `v${best.number}, ${renderNumber(best.score.value)}, ${gain} over the seed: ${firstLine(best.summary)}`,
    ])
  }
  if (state.comparison !== null) rows.push(['measured', describeComparison(state.comparison)])
  rows.push(
    [
      'attempts',
      `${state.ledger.length}, ${state.versions.length === 0 ? 0 : state.versions.length - 1} accepted, ${state.failedAttempts} since the last version`,
    ],
    ['evaluations', String(state.evaluations)],
    ['time', renderDuration(state.activeMs)],
    ['tokens', `${renderNumber(totalTokens(state))} in ${state.turns} turns`],
    [
      'cost',
      `${renderUsd(state.costUsd)}${state.unpricedCalls > 0 ? ` and ${state.unpricedCalls} calls of unknown price` : ''}`,
    ],
  )
  const failures = state.ledger
    .filter((record) => record.outcome !== 'accepted')
    .slice(-5)
    .map((record) => [`attempt ${record.number}`, firstLine(record.reason)])
  return toPlain(
    [renderColumns(rows), ...(failures.length > 0 ? [`last failures\n${renderColumns(failures)}`] : [])].join(
      '\n\n',
    ),
  )
}

function describeState(state: RunState, pid: number | null): string {
  if (pid !== null && state.waiting !== null)
    return `running (pid ${pid}), waits for the model until ${renderTime(state.waiting.untilMs)}: ${firstLine(state.waiting.reason)}`
  if (pid !== null) return `running (pid ${pid}), attempt ${state.attempt?.number ?? state.ledger.length}`
  return state.ended === null ? 'cut off; avo run goes on with it' : `ended: ${state.ended.message}`
}

function toJson({ state, pid }: RunReading): unknown {
  const best = state.versions.at(-1)
  return {
    running: pid !== null,
    pid,
    ended: state.ended,
    startedAt: state.startedAt,
    best: best ?? null,
    gainOverSeed: best === undefined ? null : multiplyGains(state.versions),
    comparison: state.comparison,
    versions: state.versions.length,
    attempts: state.ledger.length,
    failedAttempts: state.failedAttempts,
    attempt: state.attempt,
    model: state.model,
    waiting: state.waiting,
    waitedMs: state.waitedMs,
    evaluations: state.evaluations,
    turns: state.turns,
    usage: state.usage,
    costUsd: state.costUsd,
    unpricedCalls: state.unpricedCalls,
    activeMs: state.activeMs,
    lastFailures: state.ledger.filter((record) => record.outcome !== 'accepted').slice(-5),
    directions: state.directions,
  }
}
