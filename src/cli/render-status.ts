import type { RecordsSize } from '../commands/records-size.ts'
import type { Config } from '../config/config.ts'
import type { Forecast } from '../forecast.ts'
import { describeComparison } from '../gate/compare-with-seed.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'
import { totalTokens } from '../state/spent.ts'
import { insightsFile, toRunDirectory } from '../storage/run-directory.ts'
import {
  firstLine,
  renderBytes,
  renderColumns,
  renderCost,
  renderCount,
  renderDuration,
  renderNumber,
  renderPercent,
  renderTime,
  renderUsd,
} from '../text.ts'
import { failuresOf, type Standing } from './standing.ts'
import { toPlain } from './style.ts'

const NOT_STARTED = 'Not started yet: avo run starts it.'

/** How a run stands, as a page of text. */
export function renderStatus(standing: Standing): string {
  const { state, pid, activeMs, rate, caps, size, config } = standing
  const { insights } = state
  if (state.startedAt === null) return NOT_STARTED
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
    ['cost', renderCost(state.costUsd, state.unpricedCalls)],
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

/** How a run stands, in one line: the same for as long as nothing happens. */
export function renderStanding({ state, pid }: Standing): string {
  const best = state.versions.at(-1)
  const parts = [
    pid === null ? describeState(state, pid) : describeActivity(state),
    best === undefined
      ? 'no version yet'
      : `best v${best.number} ${renderNumber(best.score.value)}, ${renderPercent(multiplyGains(state.versions))}`,
    renderCount(state.ledger.length, 'attempt'),
    renderUsd(state.costUsd),
  ]
  return toPlain(state.startedAt === null ? NOT_STARTED : parts.join('; '))
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
function describeNow(standing: Standing): string[][] {
  const { pid, now, state } = standing
  if (pid === null || state.activity === null) return []
  const forMs = Math.max(0, now - Date.parse(state.activity.since))
  return [['now', `${describeActivity(state)}, for ${renderDuration(forMs)}`]]
}

function describeActivity({ attempt, activity, waiting }: RunState): string {
  const where = attempt === null ? '' : `attempt ${attempt.number}, turn ${attempt.turns + 1}: `
  if (waiting === null) return `${where}${firstLine(activity?.detail ?? 'between two steps')}`
  return `${where}waits for the model until ${renderTime(waiting.untilMs)}: ${firstLine(waiting.reason)}`
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
