import type { SignKind } from '../state/redirection.ts'

/** What is wrong with the search, in a sentence for the log, for the agent and for the reviewer. */
export interface Sign {
  readonly kind: SignKind
  readonly message: string
}

/** When the supervisor steps in. */
export interface SupervisorSettings {
  /** Attempts without an accepted version. */
  readonly maxFailedAttempts: number
  /** Runs of the scorer, US dollars and hours without one; absent where they do not matter. */
  readonly stallEvaluations?: number
  readonly stallCostUsd?: number
  readonly stallHours?: number
  /** Accepted versions that must together have gained something. */
  readonly stallWindow: number
  /** Attempts that are looked back on for a repetition. */
  readonly cycleDetectionWindow: number
  /** Attempts that follow one direction. */
  readonly attemptsPerDirection: number
  /** Interventions in a row without a version after which the run ends. */
  readonly maxInterventions: number
}

/** Times that something must have come to count as a repetition. */
export const REPETITIONS = 3

/** `attempt 3`, or `attempts 3, 4, 5`, each once. */
export function renderAttempts(numbers: readonly number[]): string {
  const attempts = [...new Set(numbers)]
  return `${attempts.length === 1 ? 'attempt' : 'attempts'} ${attempts.join(', ')}`
}
