import type { ShownLines } from './events.ts'
import type { Solution } from './lineage.ts'
import type { Evidence, Interval, Round, Rules } from './measurement.ts'
import type { ReplyEnd } from './model/model.ts'
import type { CorrectScore, Score } from './score.ts'
import type { Progress } from './state/progress.ts'
import type { NumberedDirection } from './state/redirection.ts'
import type { Spent } from './state/spent.ts'

/** What the gate says about a solution. */
export type Verdict = Better | NotBetter | Indecisive

/** Correct, and measurably better than the best version. */
export interface Better {
  readonly outcome: 'better'
  /** One sentence for the agent and for the log. */
  readonly reason: string
  /** Measured afresh at the gate. */
  readonly score: CorrectScore
  /** Gain over the best version, as a fraction, from rounds that were measured for nothing else. */
  readonly gain: number
  readonly evidence: Evidence
}

/** Incorrect, or not measurably better. */
export interface NotBetter {
  readonly outcome: 'not-better'
  readonly reason: string
  /** Null where an earlier verdict stands and nothing was measured. */
  readonly score: Score | null
  /** The best version's score in the same rounds; absent where the solution has none. */
  readonly reference?: CorrectScore
  /** Null where the solution is incorrect or was not measured. */
  readonly gain: number | null
  /** Of the gain; absent where there is nothing to take it from. */
  readonly interval?: Interval
}

/** The machine, the best version or the scorer failed: it says nothing about the solution. */
export interface Indecisive {
  readonly outcome: 'indecisive'
  readonly reason: string
  readonly score: null
  readonly gain: null
}

/** What the gate has measured of a solution so far. */
export interface OpenGate {
  /** What the solution's code is without comments and white space: the same code has the same verdict. */
  readonly codeId: string
  readonly rules: Rules
  readonly rounds: readonly Round[]
}

/** An attempt in flight: how far it has come is what is set. */
export interface OpenAttempt {
  readonly number: number
  /** What the run had spent when it began. */
  readonly since: Spent
  /** Past attempts that its briefing shows. */
  readonly inspirations: readonly number[]
  /** Past attempts whose files the agent has taken up. */
  readonly takenUp?: readonly number[]
  /** Past attempts whose ideas it has typed again, and was told so. */
  readonly retyped?: readonly number[]
  /** What the agent said first, cut short: what it would try. */
  readonly hypothesis?: string
  /** Candidates of it that were evaluated and kept. */
  readonly kept: number
  /** Model calls so far. */
  readonly turns: number
  /** Tool calls so far that could be made. */
  readonly calls: number
  /** Whether it gets anywhere. */
  readonly progress: Progress
  /** Why the model's last reply ended. */
  readonly end?: ReplyEnd
  /** What it began with, as text. */
  readonly lastWords?: string
  /** What the agent said of the candidate that it works on, cut short, and how many it had evaluated before. */
  readonly announced?: { readonly text: string; readonly kept: number }
  /** Replies in a row without a tool call. */
  readonly silentReplies?: number
  /** Id of the last call of this turn that was begun. */
  readonly begun?: string
  /** Calls of tools that edit, and of `evaluate`. */
  readonly edits?: number
  readonly evaluations?: number
  readonly direction?: FollowedDirection
  /** What the agent was shown of the knowledge base, as far as it is still in its memory and as it was shown. */
  readonly shown?: readonly ShownLines[]
  readonly solution?: Solution
  readonly gate?: OpenGate
  readonly verdict?: Better | NotBetter
  /** Times that the gate could not tell. */
  readonly indecisive?: number
}

/** The supervisor's direction that an attempt followed. */
export type FollowedDirection = Pick<NumberedDirection, 'number' | 'kind'>

/** How an attempt stands still: replies without a call, calls that bring nothing new, a solution that stays as it is. */
export type Stall = 'silent' | 'repeating' | 'unchanged'

/** A candidate that the agent evaluated, as a run remembers it: the lineage has its files and what came out. */
export interface KeptCandidate {
  readonly attempt: number
  /** From 1 on, in each attempt. */
  readonly evaluation: number
  /** What its code is without comments and white space. */
  readonly codeId: string
  /** Number of the version that it was measured against. */
  readonly against: number
  /** Gain over that version, as a fraction; null where it was incorrect, absent in journals of before. */
  readonly gain?: number | null
  /** What the agent said of it, cut short; absent where it said nothing. */
  readonly words?: string
  /** The version that the work on it began from, where that is an earlier one. */
  readonly base?: number
}

/** How an attempt ended. What is optional is absent where it is unknown: a run has many of these. */
export interface AttemptRecord {
  readonly number: number
  /** `indecisive`: the solution could not be measured; it counts neither for the agent nor against it. */
  readonly outcome: 'accepted' | 'rejected' | 'abandoned' | 'indecisive'
  readonly reason: string
  readonly solution?: Solution
  readonly codeId?: string
  readonly gain?: number | null
  /** Of the gain. */
  readonly interval?: Interval
  /** The gain in standard deviations of one round's noise. */
  readonly z?: number
  /** What the agent said that it would try. */
  readonly hypothesis?: string
  /** Known cost in US dollars, from the first call of the model to the verdict. */
  readonly costUsd?: number
  /** Candidates of it that were evaluated and kept. */
  readonly kept?: number
  /** Why it was ended, where it stood still. */
  readonly stalled?: Stall
  readonly direction?: FollowedDirection
  /** Number of the version that the work on it began from, where that is not the best one of then. */
  readonly base?: number
  /** Calls of tools that edit, and of `evaluate`; absent in journals of before. */
  readonly edits?: number
  readonly evaluations?: number
}

/** How many attempts ended how. */
export function countOutcomes(
  ledger: readonly Pick<AttemptRecord, 'outcome'>[],
): Readonly<Record<AttemptRecord['outcome'], number>> {
  const counts = { accepted: 0, rejected: 0, abandoned: 0, indecisive: 0 }
  for (const { outcome } of ledger) counts[outcome] += 1
  return counts
}
