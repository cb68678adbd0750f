import type { Round, Rules, Stage } from '../measurement.ts'

/** What a step of the gate says: a reason to reject, a round that it needs, or null where the candidate has passed. */
export type Finding =
  | { /** Puts the reason into words, which takes longer than to find it. */ readonly reject: () => string }
  | { readonly measure: Stage /** Number of a version. */; readonly against: number }
  | null

/** A step of the gate: a pure function of what was measured. */
export type Step = (rounds: readonly Round[], rules: Rules) => Finding
