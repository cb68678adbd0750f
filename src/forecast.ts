import { type Budget, type Cap, runCaps, timeUsedMs } from './budget.ts'
import type { RunState } from './journal.ts'
import { spentBy } from './state/spent.ts'

const MS_PER_HOUR = 3_600_000
const CENTURY_MS = 100 * 365 * 24 * MS_PER_HOUR

/** How fast a run has been so far, in its own time: pauses between sessions do not count. */
export interface Rate {
  readonly attemptsPerHour: number
  readonly versionsPerHour: number
}

/** A cap, and how long it lasts. */
export interface Forecast extends Pick<Cap, 'key' | 'used' | 'limit'> {
  /** Of running at the rate so far; null where that is more than a life, or nothing was used yet. */
  readonly leftMs: number | null
}

/** Time that a run has run until now (milliseconds since 1970), what went by since its last event included. */
export function activeMsUntil(
  now: number,
  { activeMs, lastEventAt, pausedAt }: RunState,
  isRunning: boolean,
): number {
  if (!isRunning || pausedAt !== null || lastEventAt === null) return activeMs
  return activeMs + Math.max(0, now - Date.parse(lastEventAt))
}

/** Null before there is anything to go by. */
export function rateOf(state: RunState, activeMs: number): Rate | null {
  const hours = activeMs / MS_PER_HOUR
  if (hours === 0 || state.ledger.length === 0) return null
  const versions = state.versions.length - 1
  return { attemptsPerHour: state.ledger.length / hours, versionsPerHour: versions / hours }
}

/** Every cap of a run, the one that is reached first at the beginning. */
export function forecast(state: RunState, budget: Budget, activeMs: number): readonly Forecast[] {
  const spent = { ...spentBy(state), activeMs }
  return runCaps(state, budget, spent)
    .map(({ key, kind, used, limit }) => {
      // Time passes by itself, whether or not the part of it that was waited counts.
      const isTime = kind === 'max-wall-time'
      const perMs = isTime && timeUsedMs(spent, budget) === 0 ? 1 / MS_PER_HOUR : used / activeMs
      const leftMs = Math.round(Math.max(0, limit - used) / perMs)
      return { key, used, limit, leftMs: leftMs < CENTURY_MS ? leftMs : null }
    })
    .toSorted((a, b) => (a.leftMs ?? Number.POSITIVE_INFINITY) - (b.leftMs ?? Number.POSITIVE_INFINITY))
}
