import type { Event, RecordedEvent, Usage } from './events.ts'
import type { RunFold } from './run-start.ts'

/** What can't happen while a call waits. */
const ENDS_WAITING: ReadonlySet<Event['type']> = new Set(['model.replied', 'model.failed', 'run.ended'])

/** A session begins with its start, whatever lies before it. Where the clock was set, the event says what has passed. */
export function passTime(state: RunFold, event: RecordedEvent): void {
  const { waiting, lastEventAt } = state
  if (event.type === 'run.started') state.waiting = null
  if (lastEventAt === null || state.ended !== null || event.type === 'run.started') return
  const [from, to] = [Date.parse(lastEventAt), Date.parse(event.at)]
  const passedMs = event.elapsedMs ?? Math.max(0, to - from)
  state.activeMs += passedMs
  if (waiting === null) return
  state.waitedMs += Math.min(passedMs, Math.max(0, waiting.untilMs - from))
  if (to >= waiting.untilMs || ENDS_WAITING.has(event.type)) state.waiting = null
}

/** Tokens that the provider counted as input; null where it counted none. */
export function inputOf(usage: Usage): number | null {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens || null
}

/** Adds what was paid; a price that is unknown makes what a version has cost unknown, too. */
export function addCost(state: RunFold, usage: Usage, costUsd: number | null): void {
  state.usage = {
    inputTokens: state.usage.inputTokens + usage.inputTokens,
    cacheReadTokens: state.usage.cacheReadTokens + usage.cacheReadTokens,
    cacheWriteTokens: state.usage.cacheWriteTokens + usage.cacheWriteTokens,
    outputTokens: state.usage.outputTokens + usage.outputTokens,
  }
  if (costUsd === null) state.unpricedCalls += 1
  state.costUsd += costUsd ?? 0
  const { costSinceVersionUsd: before } = state
  state.costSinceVersionUsd = before === null || costUsd === null ? null : before + costUsd
}
