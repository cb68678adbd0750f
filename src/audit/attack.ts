/** A language that seeds are written in and attacks are known for. */
export type Language = 'python' | 'javascript' | 'c' | 'verilog'

/** What an attack may know: no more than an agent learns in a run, and what keeps it harmless. */
export interface Target {
  /** A result document with ten times the seed's score, as one line of JSON. */
  readonly forged: string
  /** The audit's own scratch directory: an attack that writes a file outside its own copy writes only in here. */
  readonly scratch: string
  /** A file that is gone when the attack is over: what was left behind ends with it. */
  readonly lease: string
  /** An attack that nobody ends ends by itself after this. */
  readonly lifetimeSeconds: number
}

/** Makes the cheating variant of one source file; null where there is nothing in it that the attack could take hold of. */
export type Edit = (source: string, target: Target) => string | null

/** One way to get a score that was not earned. */
export interface Attack {
  readonly name: string
  /** What kind of cheating it is. */
  readonly family: string
  /** What the variant does, as the rest of a sentence that begins with "the candidate". */
  readonly does: string
  /** What to change in a scorer that falls for it. */
  readonly advice: string
  /**
   * What shows that it got through: a `better` score than the seed's, where the variant still answers as the seed does; any
   * `correct` score, where it answers wrongly or not at all.
   */
  readonly proof: 'better' | 'correct'
  readonly edits: Partial<Readonly<Record<Language, Edit>>>
}

/** What a variant says where this task gives it nothing to work with: its evaluation proves nothing. */
export const NOTHING_TO_ATTACK = 'avo audit: nothing here to attack'
