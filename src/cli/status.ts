import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import { describeComparison } from '../gate/compare-with-seed.ts'
import { type RunReading, readRun } from '../inspect.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'
import { measureRecords, type RecordsSize } from '../records-size.ts'
import { totalTokens } from '../spent.ts'
import { insightsFile, toRunDirectory } from '../storage/run-directory.ts'
import {
  firstLine,
  renderBytes,
  renderColumns,
  renderCount,
  renderDuration,
  renderNumber,
  renderPercent,
  renderTime,
  renderUsd,
} from '../text.ts'
import { type Forecast, forecast, type Rate, rateOf } from './forecast.ts'
import { toPlain } from './style.ts'
import { readTask, TASK_ARGUMENT, writeData } from './task.ts'

/** A run as it stands, with what follows from it. */
interface Standing extends RunReading {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Time that it has run, what went by since its last event included. */
  readonly activeMs: number
  readonly rate: Rate | null
  readonly caps: readonly Forecast[]
  readonly size: RecordsSize
  readonly config: Config
}

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .summary('how a run stands, while it runs or afterwards')
    .description(
      'Shows how a run stands: what it does now, best version, attempts and their rate, what it has used, which limit of avo.yaml is reached first and when, what it takes on the disk, the last failures. It never disturbs the run.',
    )
    .argument(...TASK_ARGUMENT)
    .option('--json', 'one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  avo status my-task\n  watch avo status my-task\n  avo status my-task --json | jq .caps[0]',
    )
    .action(async (task: string, flags: { json?: true }, command: Command) => {
      const config = await readTask(command, task)
      const standing = await readStanding(config)
      writeData(flags.json ? JSON.stringify(toJson(standing), null, 2) : renderStatus(standing))
    })
}

async function readStanding(config: Config): Promise<Standing> {
  const reading = await readRun(config)
  const { state, pid } = reading
  const now = Date.now()
  const sinceMs =
    pid === null || state.pausedAt !== null ? 0 : Math.max(0, now - Date.parse(state.lastEventAt ?? ''))
  const activeMs = state.activeMs + (sinceMs || 0)
  return {
    ...reading,
    now,
    activeMs,
    rate: rateOf(state, activeMs),
    caps: forecast(state, config.budget, activeMs),
    size: await measureRecords(config),
    config,
  }
}

function renderStatus(standing: Standing): string {
  const { state, pid, activeMs, rate, caps, size, config } = standing
  const { insights } = state
  if (state.startedAt === null) return 'Not started yet: avo run starts it.'
  const best = state.versions.at(-1)
  const rows = [['state', describeState(state, pid)], ...describeNow(standing)]
  if (best !== undefined) {
    const gain = best.number === 0 ? '' : `, ${renderPercent(multiplyGains(state.versions))} over the seed`
    rows.push([
      'best',
      `v${best.number}, ${renderNumber(best.score.value)}${gain}: ${firstLine(best.summary)}`,
    ])
  }
  if (state.comparison !== null) rows.push(['measured', describeComparison(state.comparison)])
  rows.push(
    [
      'attempts',
      `${state.ledger.length}, ${Math.max(0, state.versions.length - 1)} accepted, ${state.failedAttempts} since the last version`,
    ],
    ...(rate === null
      ? []
      : [
          [
            'rate',
            `${renderRate(rate.attemptsPerHour)} attempts and ${renderRate(rate.versionsPerHour)} versions an hour`,
          ],
        ]),
    ['evaluations', String(state.evaluations)],
    ['time', renderDuration(activeMs)],
    ['tokens', `${renderNumber(totalTokens(state))} in ${state.turns} turns`],
    [
      'cost',
      `${renderUsd(state.costUsd)}${state.unpricedCalls > 0 ? ` and ${state.unpricedCalls} calls of unknown price` : ''}`,
    ],
    ...(insights === null ? [] : [['insights', describeInsights(insights, config)]]),
    ['disk', describeSize(size)],
  )
  const limits = caps.map((cap, index) => describeCap(cap, index, standing))
  const failures = failuresOf(state).map((record) => [`attempt ${record.number}`, firstLine(record.reason)])
  const sections = [
    renderColumns(rows),
    ...(limits.length > 0 ? [`limits, the first to be reached first\n${renderColumns(limits)}`] : []),
    ...(failures.length > 0 ? [`last failures\n${renderColumns(failures)}`] : []),
  ]
  return toPlain(sections.join('\n\n'))
}

function describeState(state: RunState, pid: number | null): string {
  if (pid !== null) {
    const paused =
      state.pausedAt === null
        ? ''
        : `, paused since ${renderTime(Date.parse(state.pausedAt))}: avo resume lets it go on`
    return `running (pid ${pid})${paused}`
  }
  return state.ended === null ? 'cut off; avo run goes on with it' : `ended: ${state.ended.message}`
}

/** What goes on, and since when. */
function describeNow({ state: { attempt, activity, waiting }, pid, now }: Standing): string[][] {
  if (pid === null || activity === null) return []
  const where = attempt === null ? '' : `attempt ${attempt.number}, turn ${attempt.turns + 1}: `
  const what =
    waiting === null
      ? firstLine(activity.detail)
      : `waits for the model until ${renderTime(waiting.untilMs)}: ${firstLine(waiting.reason)}`
  return [['now', `${where}${what}, for ${renderDuration(Math.max(0, now - Date.parse(activity.since)))}`]]
}

function describeCap({ key, used, limit, leftMs }: Forecast, index: number, standing: Standing): string[] {
  const share = `${Math.floor((100 * used) / limit)}%`
  const amounts = `${renderNumber(used)} of ${renderNumber(limit)}`
  if (leftMs === null || standing.state.ended !== null || used >= limit) return [key, amounts, share, '']
  const left = `${renderDuration(leftMs)} at this rate`
  const isNext = index === 0 && standing.pid !== null
  return [key, amounts, share, isNext ? `${left}, about ${renderMoment(standing.now + leftMs)}` : left]
}

/** A time of the coming days, or a date. */
function renderMoment(atMs: number): string {
  return new Date(atMs).toLocaleString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
}

/** What the last report says first, and where it lies. */
function describeInsights(
  { number, attempts, gist }: NonNullable<RunState['insights']>,
  { recordsDirectory }: Config,
): string {
  return `of ${renderCount(attempts, 'attempt')}: ${firstLine(gist, 300)} (${insightsFile(toRunDirectory(recordsDirectory), number)})`
}

function describeSize({ records, journal, conversation, git, loose }: RecordsSize): string {
  const parts = `journal ${renderBytes(journal)}, conversation ${renderBytes(conversation)}`
  const unpacked = loose.objects === 0 ? '' : `, about ${loose.objects} objects of it not packed yet`
  const lineage = git === 0 ? '' : `; the lineage's git ${renderBytes(git)}${unpacked}`
  return `.avo ${renderBytes(records)} (${parts})${lineage}`
}

function renderRate(perHour: number): string {
  return renderNumber(Number(perHour.toPrecision(2)))
}

function failuresOf(state: RunState): RunState['ledger'] {
  return state.ledger.filter((record) => record.outcome !== 'accepted').slice(-5)
}

function toJson({ state, pid, activeMs, rate, caps, size, now }: Standing): unknown {
  const best = state.versions.at(-1)
  const [first] = caps
  const isLeft = pid !== null && first !== undefined && first.leftMs !== null
  return {
    running: pid !== null,
    pid,
    now: pid === null ? null : state.activity,
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
    activeMs,
    rate,
    caps,
    endsAt: isLeft ? new Date(now + (first.leftMs ?? 0)).toISOString() : null,
    disk: size,
    lastFailures: failuresOf(state),
    direction: state.redirection.inForce,
    directions: state.redirection.queue,
    lessons: state.lessons.length,
    insights: state.insights,
  }
}
