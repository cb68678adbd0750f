import { createLogUpdate } from 'log-update'
import { type Budget, timeUsedMs } from '../budget.ts'
import type { RecordedEvent } from '../events.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'
import { totalTokens } from '../state/spent.ts'
import { firstLine, renderDuration, renderNumber, renderPercent, renderTime, renderUsd } from '../text.ts'
import { type LogLevel, renderEvent } from './progress-lines.ts'
import { renderSparkline } from './sparkline.ts'
import { createStyle, toPlain } from './style.ts'

/** A run on a terminal: lines that scroll by for what is over, and a block below for what goes on. */
export interface LiveView {
  show(event: RecordedEvent, state: RunState): void
  /** Leaves the block as it is and gives the cursor back. */
  close(): void
}

/** Redraws ten times a second at most, and once a second while nothing happens, so that the clock goes on. */
export function createLiveView(
  stream: NodeJS.WriteStream,
  options: {
    /** The caps as they are at the moment. */
    readonly budget: () => Budget
    readonly maxTurns: number
    readonly level: LogLevel
  },
): LiveView {
  const block = createLogUpdate(stream)
  const style = createStyle(stream)
  const openedAt = Date.now()
  let latest: RunState | null = null
  let scheduled: NodeJS.Timeout | null = null
  const clock = setInterval(draw, 1_000)

  function draw(): void {
    if (scheduled !== null) clearTimeout(scheduled)
    scheduled = null
    if (latest !== null) block(renderBlock(latest))
  }

  function renderBlock(state: RunState): string {
    const best = state.versions.at(-1)
    const width = stream.columns ?? 80
    const lines: string[] = []
    if (best !== undefined) {
      const gain = multiplyGains(state.versions)
      const curve = renderSparkline(
        state.versions.map((version) => version.score.value),
        Math.max(8, width - 50),
      )
      lines.push(
        `best  v${best.number} ${renderNumber(best.score.value)}  ${renderPercent(gain)} over the seed  ${style('cyan', curve)}`,
      )
    }
    const turns =
      state.attempt === null
        ? ''
        : `  turn ${Math.min(state.attempt.turns + 1, options.maxTurns)}/${options.maxTurns}`
    lines.push(
      `now   attempt ${state.attempt?.number ?? state.ledger.length}${turns}  ${style('dim', firstLine(describeNow(state), Math.max(20, width - 40)))}`,
    )
    lines.push(`used  ${renderSpent(state)}`)
    return lines.join('\n')
  }

  function renderSpent(state: RunState): string {
    const budget = options.budget()
    const activeMs =
      state.activeMs + Math.max(0, Date.now() - Math.max(openedAt, Date.parse(state.lastEventAt ?? '') || 0))
    const parts = [renderDuration(activeMs), `${state.evaluations} evaluations`]
    if (totalTokens(state) > 0) parts.push(`${renderNumber(totalTokens(state))} tokens`)
    if (state.costUsd > 0 || state.unpricedCalls > 0)
      parts.push(`${renderUsd(state.costUsd)}${state.unpricedCalls > 0 ? ' and calls of unknown price' : ''}`)
    if (budget.maxWallTimeHours !== undefined) {
      const usedMs = timeUsedMs({ activeMs, waitedMs: state.waitedMs }, budget)
      parts.push(`${renderDuration(Math.max(0, budget.maxWallTimeHours * 3_600_000 - usedMs))} left`)
    }
    return parts.join(', ')
  }

  return {
    show(event, state) {
      latest = state
      const line = renderEvent(event, state, options.level)
      if (line !== null)
        block.persist(event.type === 'version.committed' ? style('green', toPlain(line)) : toPlain(line))
      scheduled ??= setTimeout(draw, 100)
    },
    close() {
      clearInterval(clock)
      draw()
      block.done()
    },
  }
}

/** What goes on; of a run that has ended, why. */
function describeNow({ activity, waiting, ended }: RunState): string {
  if (waiting !== null) return `waits for the model until ${renderTime(waiting.untilMs)}`
  return toPlain(activity?.detail ?? ended?.message ?? '')
}
