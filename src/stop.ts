import { type Budget, findReached, runCaps } from './budget.ts'
import { EXIT_CODES } from './errors.ts'
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
    | 'max-evaluations'
    | 'paused'
    | 'stuck'
    | 'exhausted'
    | 'stalled'
    | 'interrupted'
    | 'failed'
  /** One sentence, with the figures. */
  readonly message: string
}

/** A stop condition looks at the run's state and says why it is over, or null. */
export type StopCondition = (state: RunState) => StopReason | null

/** Attempts in a row in which the model did nothing, after which it will not do anything in the next one either. */
const MAX_IDLE_ATTEMPTS = 10

/**
 * Stops at the first cap that is reached, and when the model does nothing any more: a language model is stuck then, the
 * built-in one has tried all that it knows.
 */
export function createStop(budget: Budget, isLanguageModel: boolean): StopCondition {
  return (state) => {
    const reached = findReached(runCaps(state, budget))
    if (reached !== null) return { kind: reached.kind, message: reached.message }
    if (state.idleAttempts >= MAX_IDLE_ATTEMPTS && !isLanguageModel)
      return { kind: 'exhausted', message: 'the built-in model has tried all that it knows' }
    if (state.idleAttempts >= MAX_IDLE_ATTEMPTS)
      return {
        kind: 'stuck',
        message: `the model called no tool, went round in circles or refused to go on in ${state.idleAttempts} attempts in a row (${firstLine(state.ledger.at(-1)?.reason ?? '')}): take one that can call tools (llm.model), or word the brief otherwise, and run again`,
      }
    return null
  }
}

/** The exit status of a run that ended so. A cap that was reached is what the person asked for. */
export function exitCodeOf({ kind }: StopReason): number {
  if (kind === 'interrupted') return EXIT_CODES.interrupted
  if (kind === 'paused' || kind === 'stuck') return EXIT_CODES.model
  return kind === 'failed' ? EXIT_CODES.unexpected : EXIT_CODES.ok
}
