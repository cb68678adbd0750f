import type { RunState } from './journal.ts'
import { firstLine } from './text.ts'

/** Why a run ended. */
export interface StopReason {
  readonly kind:
    | 'max-versions'
    | 'max-attempts'
    | 'max-wall-time'
    | 'max-cost'
    | 'max-tokens'
    | 'stuck'
    | 'exhausted'
    | 'interrupted'
    | 'failed'
  /** One sentence, with the figures. */
  readonly message: string
}

/** A stop condition looks at the run's state and says why it is over, or null. */
export type StopCondition = (state: RunState) => StopReason | null

/** Caps of a run; an absent one is no cap. */
export interface Budget {
  readonly maxVersions?: number
  readonly maxAttempts?: number
  readonly maxWallTimeHours?: number
  readonly maxCostUsd?: number
  readonly maxTokens?: number
}

/** Attempts in a row in which the model did nothing, after which it will not do anything in the next one either. */
const MAX_IDLE_ATTEMPTS = 10

/**
 * Stops at the first cap that is reached, and when the model does nothing any more: a language model is stuck then, the
 * built-in one has tried all that it knows. Versions are counted without the seed, time without pauses between sessions.
 */
export function createStop(budget: Budget, isLanguageModel: boolean): StopCondition {
  const { maxVersions, maxAttempts, maxWallTimeHours, maxCostUsd, maxTokens } = budget
  return (state) => {
    const versions = Math.max(0, state.versions.length - 1)
    const attempts = state.ledger.length
    const hours = state.activeMs / 3_600_000
    const tokens = totalTokens(state)
    if (maxVersions !== undefined && versions >= maxVersions)
      return {
        kind: 'max-versions',
        message: `${versions} versions were accepted, the limit is ${maxVersions}`,
      }
    if (maxAttempts !== undefined && attempts >= maxAttempts)
      return { kind: 'max-attempts', message: `${attempts} attempts were made, the limit is ${maxAttempts}` }
    if (maxWallTimeHours !== undefined && hours >= maxWallTimeHours)
      return {
        kind: 'max-wall-time',
        message: `it ran for ${hours.toFixed(2)} h, the limit is ${maxWallTimeHours} h`,
      }
    if (maxCostUsd !== undefined && state.costUsd >= maxCostUsd)
      return {
        kind: 'max-cost',
        message: `$${state.costUsd.toFixed(2)} were spent, the limit is $${maxCostUsd}`,
      }
    if (maxTokens !== undefined && tokens >= maxTokens)
      return { kind: 'max-tokens', message: `${tokens} tokens were used, the limit is ${maxTokens}` }
    if (state.idleAttempts >= MAX_IDLE_ATTEMPTS && !isLanguageModel)
      return { kind: 'exhausted', message: 'the built-in model has tried all that it knows' }
    if (state.idleAttempts >= MAX_IDLE_ATTEMPTS)
      return {
        kind: 'stuck',
        message: `the model called no tool, or refused to go on, in ${state.idleAttempts} attempts in a row (${firstLine(state.ledger.at(-1)?.reason ?? '')}): take one that can call tools (llm.model), or word the brief otherwise, and run again`,
      }
    return null
  }
}

/** Every token that was paid for: input (fresh, read from a cache, written to one) and output. */
export function totalTokens(state: Pick<RunState, 'usage'>): number {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = state.usage
  return inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens
}
