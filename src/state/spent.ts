import type { RunState } from '../journal.ts'

/** What budgets are about, of a run or of an attempt. */
export interface Spent {
  readonly tokens: number
  /** Known cost in US dollars. */
  readonly costUsd: number
  /** Time with the harness running, in milliseconds. */
  readonly activeMs: number
  /** The part of it in which nothing was done but wait for the model's provider. */
  readonly waitedMs: number
  /** Runs of the scorer. */
  readonly evaluations: number
}

/** What a run has spent, up to its last event. */
export function spentBy(
  state: Pick<RunState, 'usage' | 'costUsd' | 'activeMs' | 'waitedMs' | 'evaluations'>,
): Spent {
  const { costUsd, activeMs, waitedMs, evaluations } = state
  return { tokens: totalTokens(state), costUsd, activeMs, waitedMs, evaluations }
}

/** What was spent between two moments. */
export function spentSince(now: Spent, before: Spent): Spent {
  return {
    tokens: now.tokens - before.tokens,
    costUsd: now.costUsd - before.costUsd,
    activeMs: now.activeMs - before.activeMs,
    waitedMs: now.waitedMs - before.waitedMs,
    evaluations: now.evaluations - before.evaluations,
  }
}

/** Every token that was paid for: input (fresh, read from a cache, written to one) and output. */
export function totalTokens(state: Pick<RunState, 'usage'>): number {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = state.usage
  return inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens
}
