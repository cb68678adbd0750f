import type { Direction, Score } from './score.ts'

/** What is accepted: only what is better, or also what is as good (a simplification, say). */
export type Acceptance = 'improvement' | 'improvement_or_equal'

/** What a round was measured for: the steps of the gate in their order, and what is measured besides. */
export type Stage =
  | 'calibrate'
  | 'exact'
  | 'single'
  | 'screen'
  | 'decide'
  | 'confirm'
  | 'hold'
  | 'veto'
  | 'compare'
  | 'preview'

/** One round: a candidate and a version measured on the same inputs, one right after the other, each in a process of its own. */
export interface Round {
  readonly stage: Stage
  /** Number of the version that the candidate was measured against. */
  readonly against: number
  readonly candidate: Score
  /** Of that version, in this round; where a scorer is deterministic, what the lineage has. */
  readonly reference: Score
  /** Who was measured first, by lot; null where the candidate was measured alone. */
  readonly first: 'candidate' | 'reference' | null
  readonly durationMs: number
}

/** Runs of the scorer that some rounds took. */
export function countRuns(rounds: readonly Round[]): number {
  return rounds.reduce((runs, { first }) => runs + (first === null ? 1 : 2), 0)
}

/** How a version compares with a copy of itself, on this machine: everything that is known about the noise comes from here. */
export interface Calibration {
  /** `sha256:…` */
  readonly scorer: string
  /** Processor, cores and name of the machine. */
  readonly machine: string
  /** Number of the version that was measured against itself. */
  readonly version: number
  readonly rounds: readonly Round[]
}

/** How many rounds a candidate gets. */
export interface Plan {
  /**
   * `exact`: one run, compared with what the lineage has. `paired`: rounds until the evidence suffices, then fresh ones.
   * `unconfirmed`: the few rounds that are affordable, which prove nothing, and the commit says so.
   */
  readonly kind: 'exact' | 'paired' | 'unconfirmed'
  /** Before the gate gives up. */
  readonly maxRounds: number
  /** Fresh rounds that the recorded gain is taken from. */
  readonly confirmRounds: number
}

/** What one configuration may lose, and against which version. */
export interface Limit {
  readonly configuration: string
  /** Whether the agent never hears of it. */
  readonly isHidden?: true
  /** The largest loss that is let through, as a positive logarithm: of the mean of some rounds, and of their median. */
  readonly loss: number
  readonly medianLoss: number
  /** Number of the version in which this configuration had its best score. */
  readonly record: number
  /** Logarithm of how much better it was there than in the best version, as recorded; 0 where that is the best version. */
  readonly lead: number
}

/** Everything that a verdict depends on besides the rounds, as it was when the candidate came to the gate. */
export interface Rules {
  /** Number of the best version. */
  readonly best: number
  readonly direction: Direction
  readonly accept: Acceptance
  readonly plan: Plan
  /** Chance that the evidence ever convinces where there is no gain. */
  readonly alpha: number
  /** Logarithm of the gain below which nothing is accepted: the noise floor or the person's least gain, whichever is more. */
  readonly floor: number
  /** Standard deviation of a round's log gain between two copies of one version; null where it was not measured. */
  readonly sd: number | null
  /**
   * How much (as a logarithm) the version's own score may change from one round to the next. Where it is more, something else
   * has used the machine in between, and what was measured there does not count. Null where that is unknown.
   */
  readonly drift: number | null
  readonly limits: readonly Limit[]
  /** Scores that no honest solution passes. */
  readonly bounds: readonly { readonly configuration: string; readonly bound: number }[]
  /** Of the bootstrap's random numbers, so that a verdict can be redone. */
  readonly seed: number
}

/** A range of gains, as fractions: 95 times out of 100 the true one is inside. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** How one configuration changed, as a fraction. */
export interface ConfigurationChange {
  readonly configuration: string
  readonly change: number
}

/** How a recorded gain was measured. */
export interface Evidence {
  /** Rounds in all, the fresh ones included. */
  readonly rounds: number
  /** Null where there is nothing to take it from: one round, or an exact comparison. */
  readonly interval: Interval | null
  /** The gain in standard deviations of one round's noise; null where the noise is unknown or nil. */
  readonly z: number | null
  /** The configuration that gained least, or lost most. */
  readonly worst: ConfigurationChange
  /** A gain that was implausible, and was measured again at length; null for all others. */
  readonly held: ConfigurationChange | null
  /** Whether the rounds were too few to prove anything. */
  readonly unconfirmed: boolean
}

/** A version against the seed, measured directly, beside what the steps between them promise. */
export interface SeedComparison {
  /** Number of the version. */
  readonly version: number
  /** Null where one of the two failed. */
  readonly gain: number | null
  readonly interval: Interval | null
  /** The recorded gains of all steps, multiplied. */
  readonly promised: number
  /** Whether the difference between the two is more than their intervals allow. */
  readonly differs: boolean
  /** How many of the rounds count. */
  readonly counted: number
  readonly rounds: readonly Round[]
}
