import { type FollowedRun, followRun, type RunReading } from '../commands/inspect.ts'
import { measureRecords, type RecordsSize } from '../commands/records-size.ts'
import type { Config } from '../config/config.ts'
import { activeMsUntil, type Forecast, forecast, type Rate, rateOf } from '../forecast.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'

/** A run as it stands, with what follows from it. */
export interface Standing extends RunReading {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Time that it has run, what went by since its last event included. */
  readonly activeMs: number
  readonly rate: Rate | null
  readonly caps: readonly Forecast[]
  readonly size: RecordsSize
  readonly config: Config
}

/** Time between two looks at what a run takes on the disk, which takes a while itself. */
const SIZE_EVERY_MS = 10_000

/** A run whose standing is looked at more than once. */
export interface WatchedStanding {
  /** Reads what has come since, and says whether there was anything. */
  refresh: FollowedRun['refresh']
  /** As it is now. */
  now(): Promise<Standing>
}

/** Follows a run, whoever writes it. */
export async function watchStanding(config: Config): Promise<WatchedStanding> {
  const run = await followRun(config)
  let size = { measuredAt: Date.now(), records: await measureRecords(config) }
  return {
    refresh: run.refresh,
    async now() {
      const now = Date.now()
      if (now - size.measuredAt >= SIZE_EVERY_MS)
        size = { measuredAt: now, records: await measureRecords(config) }
      return toStanding(config, run.reading, size.records, now)
    },
  }
}

function toStanding(config: Config, reading: RunReading, size: RecordsSize, now: number): Standing {
  const { state, pid } = reading
  const activeMs = activeMsUntil(now, state, pid !== null)
  return {
    ...reading,
    now,
    activeMs,
    rate: rateOf(state, activeMs),
    caps: forecast(state, state.budget ?? config.budget, activeMs),
    size,
    config,
  }
}

/** The attempts that failed last. */
export function failuresOf(state: RunState): RunState['ledger'] {
  return state.ledger.filter((record) => record.outcome !== 'accepted').slice(-5)
}

/** A standing as data. */
export function toJson({ state, pid, activeMs, rate, caps, size, now }: Standing): unknown {
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
