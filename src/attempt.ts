import type { Solution } from './lineage.ts'
import type { Score } from './score.ts'

/** What the gate says about a solution. */
export interface Verdict {
  readonly outcome: 'better' | 'not-better'
  /** One sentence for the agent and for the log. */
  readonly reason: string
  /** Measured afresh at the gate. */
  readonly score: Score
  /** Gain over the best version, as a fraction; null for an incorrect solution. */
  readonly gain: number | null
}

/** An attempt in flight: how far it has come is what is set. */
export interface OpenAttempt {
  readonly number: number
  /** Model calls so far. */
  readonly turns: number
  /** Tool calls so far that could be made. */
  readonly calls: number
  readonly solution?: Solution
  readonly verdict?: Verdict
}

/** How an attempt ended. */
export interface AttemptRecord {
  readonly number: number
  readonly outcome: 'accepted' | 'rejected' | 'abandoned'
  readonly reason: string
  /** The scorer whose verdict it was: another one may see it differently. */
  readonly scorer: string
  readonly solution?: Solution
  readonly gain?: number | null
}
