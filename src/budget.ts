import type { RunState } from './journal.ts'
import { type Spent, spentBy, spentSince } from './spent.ts'
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
  const { maxVersions, maxAttempts, maxWallTimeHours, maxCostUsd, maxTokens, maxEvaluations } = budget
  const versions = Math.max(0, state.versions.length - 1)
  return [
    ...toCap('max_versions', 'max-versions', 'versions were accepted', versions, maxVersions),
    ...toCap('max_attempts', 'max-attempts', 'attempts were made', state.ledger.length, maxAttempts),
    ...toCap(
      'max_wall_time_hours',
      'max-wall-time',
      'of running are over',
      timeUsedMs(spent, budget) / MS_PER_HOUR,
      maxWallTimeHours,
      next.waitMs / MS_PER_HOUR,
      (hours) => `${hours.toFixed(2)} h`,
    ),
    ...toCap('max_cost_usd', 'max-cost', 'were spent', spent.costUsd, maxCostUsd, next.costUsd, renderUsd),
    ...toCap('max_tokens', 'max-tokens', 'tokens were used', spent.tokens, maxTokens, next.tokens),
    ...toCap(
      'max_evaluations',
      'max-evaluations',
      'runs of the scorer were made',
      spent.evaluations,
      maxEvaluations,
      next.evaluations,
    ),
  ]
}

/** The caps that each attempt has, and how far the open one has used them up. None between attempts. */
export function attemptCaps(
  state: RunState,
  budget: Budget,
  spent: Spent = spentBy(state),
  next: Addition = NO_ADDITION,
): readonly Cap[] {
  if (state.attempt === null) return []
  const { maxMinutes, maxCostUsd, maxTokens, maxEvaluations } = budget.attempt ?? {}
  const own = spentSince(spent, state.attempt.since)
  return [
    ...toCap(
      'attempt.max_minutes',
      'max-wall-time',
      'of the attempt are over',
      timeUsedMs(own, budget) / MS_PER_MINUTE,
      maxMinutes,
      0,
      (minutes) => `${minutes.toFixed(1)} min`,
    ),
    ...toCap(
      'attempt.max_cost_usd',
      'max-cost',
      'were spent on it',
      own.costUsd,
      maxCostUsd,
      next.costUsd,
      renderUsd,
    ),
    ...toCap(
      'attempt.max_tokens',
      'max-tokens',
      'tokens were used in it',
      own.tokens,
      maxTokens,
      next.tokens,
    ),
    ...toCap(
      'attempt.max_evaluations',
      'max-evaluations',
      'runs of the scorer were made in it',
      own.evaluations,
      maxEvaluations,
      next.evaluations,
    ),
  ]
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

function toCap(
  key: string,
  kind: Cap['kind'],
  what: string,
  used: number,
  limit: number | undefined,
  next = 0,
  render: (amount: number) => string = String,
): readonly Cap[] {
  if (limit === undefined) return []
  const addition = used < limit && next > 0 ? `, the next step may take ${render(next)} more` : ''
  const message = `${render(used)} ${what}${addition}, the limit is ${render(limit)}`
  return [{ key, kind, used, limit, next, message }]
}

/** The time that counts: with the harness running and, unless the person wants that too, without waiting for the provider. */
export function timeUsedMs(
  { activeMs, waitedMs }: Pick<Spent, 'activeMs' | 'waitedMs'>,
  { countWaiting = false }: Budget,
): number {
  return countWaiting ? activeMs : activeMs - waitedMs
}
