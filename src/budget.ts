import type { RunState } from './journal.ts'
import { type Spent, spentBy, spentSince } from './state/spent.ts'
import type { StopReason } from './stop.ts'
import { renderUsd } from './text.ts'

/** Caps of a run; an absent one is no cap. */
export interface Budget {
  readonly maxVersions?: number
  readonly maxAttempts?: number
  readonly maxWallTimeHours?: number
  readonly maxCostUsd?: number
  readonly maxTokens?: number
  /** Runs of the scorer. */
  readonly maxEvaluations?: number
  /** Whether time that is spent waiting for the model's provider counts. */
  readonly countWaiting?: boolean
  readonly attempt?: AttemptBudget
}

/** Caps of each attempt. */
export interface AttemptBudget {
  readonly maxMinutes?: number
  readonly maxCostUsd?: number
  readonly maxTokens?: number
  /** Runs of the scorer that the agent may ask for; what the gate measures is not counted. */
  readonly maxEvaluations?: number
}

/** What the next call, measurement or wait adds at most. */
export interface Addition {
  readonly tokens: number
  readonly costUsd: number
  readonly evaluations: number
  readonly waitMs: number
}

/** Of a step that adds nothing. */
export const NO_ADDITION: Addition = { tokens: 0, costUsd: 0, evaluations: 0, waitMs: 0 }

/** How far a cap is used up. */
export interface Cap {
  /** Its key in avo.yaml. */
  readonly key: string
  readonly kind: StopReason['kind']
  readonly used: number
  readonly limit: number
  /** What the next step adds to it at most. */
  readonly next: number
  /** The figures. */
  readonly message: string
}

/** Part of a cap at which the person is told that it nears its end. */
const WARN_AT = 0.8
const MS_PER_MINUTE = 60_000
const MS_PER_HOUR = 60 * MS_PER_MINUTE

/** The caps that a run has. Versions are counted without the seed, time without pauses between sessions. */
export function runCaps(
  state: RunState,
  budget: Budget,
  spent: Spent = spentBy(state),
  next: Addition = NO_ADDITION,
): readonly Cap[] {
  return toCaps([
    {
      key: 'max_versions',
      kind: 'max-versions',
      limit: budget.maxVersions,
      used: Math.max(0, state.versions.length - 1),
      what: 'versions were accepted',
    },
    {
      key: 'max_attempts',
      kind: 'max-attempts',
      limit: budget.maxAttempts,
      used: state.ledger.length,
      what: 'attempts were made',
    },
    {
      key: 'max_wall_time_hours',
      kind: 'max-wall-time',
      limit: budget.maxWallTimeHours,
      used: timeUsedMs(spent, budget) / MS_PER_HOUR,
      next: next.waitMs / MS_PER_HOUR,
      what: 'of running are over',
      render: (hours) => `${hours.toFixed(2)} h`,
    },
    ...sharedCaps('max_', budget, spent, next, ''),
  ])
}

/** The caps that each attempt has, and how far the open one has used them up. None between attempts. */
export function attemptCaps(
  state: RunState,
  budget: Budget,
  spent: Spent = spentBy(state),
  next: Addition = NO_ADDITION,
): readonly Cap[] {
  if (state.attempt === null) return []
  const { attempt: caps = {} } = budget
  const own = spentSince(spent, state.attempt.since)
  return toCaps([
    {
      key: 'attempt.max_minutes',
      kind: 'max-wall-time',
      limit: caps.maxMinutes,
      used: timeUsedMs(own, budget) / MS_PER_MINUTE,
      what: 'of the attempt are over',
      render: (minutes) => `${minutes.toFixed(1)} min`,
    },
    ...sharedCaps('attempt.max_', caps, own, next, ' in the attempt'),
  ])
}

/** What a cap is made of; without a limit it is none. */
interface Draft extends Omit<Cap, 'limit' | 'next' | 'message'> {
  readonly limit: number | undefined
  readonly next?: number
  /** What was used, behind its figure. */
  readonly what: string
  render?(amount: number): string
}

/** Those that runs and attempts both have. */
function sharedCaps(
  prefix: string,
  caps: Pick<Budget, 'maxCostUsd' | 'maxTokens' | 'maxEvaluations'>,
  spent: Spent,
  next: Addition,
  where: string,
): readonly Draft[] {
  return [
    {
      key: `${prefix}cost_usd`,
      kind: 'max-cost',
      limit: caps.maxCostUsd,
      used: spent.costUsd,
      next: next.costUsd,
      what: `were spent${where}`,
      render: renderUsd,
    },
    {
      key: `${prefix}tokens`,
      kind: 'max-tokens',
      limit: caps.maxTokens,
      used: spent.tokens,
      next: next.tokens,
      what: `tokens were used${where}`,
    },
    {
      key: `${prefix}evaluations`,
      kind: 'max-evaluations',
      limit: caps.maxEvaluations,
      used: spent.evaluations,
      next: next.evaluations,
      what: `runs of the scorer were made${where}`,
    },
  ]
}

function toCaps(drafts: readonly Draft[]): readonly Cap[] {
  return drafts.flatMap(({ key, kind, limit, used, next = 0, what, render = String }) => {
    if (limit === undefined) return []
    const addition = used < limit && next > 0 ? `, the next step may take ${render(next)} more` : ''
    const message = `${render(used)} ${what}${addition}, the limit is ${render(limit)}`
    return [{ key, kind, used, limit, next, message }]
  })
}

/** The first cap that is reached, or that the next step may pass. */
export function findReached(caps: readonly Cap[]): Cap | null {
  return caps.find(({ used, next, limit }) => used >= limit || used + next > limit) ?? null
}

/** The caps of which most is used up and nobody was told yet; a cap that was raised is told again. */
export function findUnwarned(caps: readonly Cap[], { warned }: Pick<RunState, 'warned'>): readonly Cap[] {
  return caps.filter(
    ({ key, used, limit }) =>
      used >= limit * WARN_AT && !warned.some((known) => known.cap === key && known.limit === limit),
  )
}

/** The time that counts: with the harness running and, unless the person wants that too, without waiting for the provider. */
export function timeUsedMs(
  { activeMs, waitedMs }: Pick<Spent, 'activeMs' | 'waitedMs'>,
  { countWaiting = false }: Budget,
): number {
  return countWaiting ? activeMs : activeMs - waitedMs
}
