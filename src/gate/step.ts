import type { Round, Rules, Stage } from '../measurement.ts'

/** A round that is missing. */
export interface Request {
  readonly measure: Stage
  /** Number of the version that the candidate is to be measured against. */
  readonly against: number
}

/** Why a candidate is rejected. */
export interface Objection {
  /** Puts the reason into words, which takes longer than to find it. */
  readonly reject: () => string
}

/** What a step of the gate says; null where the candidate has passed. */
export type Finding = Objection | Request | null

/** A step of the gate: a pure function of what was measured. */
export type Step = (rounds: readonly Round[], rules: Rules) => Finding
