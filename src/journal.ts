import type { AttemptRecord, KeptCandidate, OpenAttempt, Verdict } from './attempt.ts'
import type { Budget } from './budget.ts'
import type { Event, Profile, RecordedEvent, Usage } from './events.ts'
import type { Lesson, LessonResult, LessonTallies } from './lesson.ts'
import type { Version } from './lineage.ts'
import type { Calibration, SeedComparison } from './measurement.ts'
import type { Activity } from './state/activity.ts'
import type { DocumentUse } from './state/document-use.ts'
import type { Redirection } from './state/redirection.ts'
import type { Spent } from './state/spent.ts'
import type { StopReason } from './stop.ts'

/** What a run has come to: a fold over its events and nothing else. */
export interface RunState {
  readonly startedAt: string | null
  /** What the last start found; null before the first. */
  readonly session: SessionFacts | null
  /** The caps of the session, edits while it ran included; null where nobody wrote them down. */
  readonly budget: Budget | null
  /** The lineage, seed first. */
  readonly versions: readonly Version[]
  /** The attempt in flight. */
  readonly attempt: OpenAttempt | null
  /** Every attempt that ended, oldest first. */
  readonly ledger: readonly AttemptRecord[]
  /** The gate's last word, with the scores; null after an attempt that submitted nothing. */
  readonly lastVerdict: Verdict | null
  /** How noisy the scorer is, as measured last; null before the first time and after the scorer changed. */
  readonly calibration: Calibration | null
  /** The newest version against the seed, as measured last. */
  readonly comparison: SeedComparison | null
  /** How long the ledger was when the scorer changed last: verdicts before are another scorer's. */
  readonly segmentStart: number
  /** Number of the best version then: only the gains of those after it are this scorer's. */
  readonly segmentBase: number
  /** Attempts since the last accepted version that were decided. */
  readonly failedAttempts: number
  /** Attempts in a row, of this session, that the model refused or in which it did nothing that could lead anywhere. */
  readonly idleAttempts: number
  /** What the supervisor has asked for. */
  readonly redirection: Redirection
  /** What had been spent when the last version came, or when the supervisor last stepped in since. */
  readonly quietSince: Spent
  /** The agent's notes: the last hundred, oldest first. */
  readonly notes: readonly { readonly attempt: number; readonly text: string }[]
  /** What profilers said of the program, in which attempt: the last three, oldest first. */
  readonly profiles: readonly (Profile & { readonly attempt: number })[]
  /** What attempts have taught, the last learnt at the end; bounded. */
  readonly lessons: readonly Lesson[]
  /** What came of the attempts that lessons were taken from, those included that are forgotten, since the scorer changed last. */
  readonly lessonTallies: LessonTallies
  /** The last fifty of them, oldest first. */
  readonly lessonResults: readonly LessonResult[]
  /** The last attempt that a lesson was taken from; 0 before the first. */
  readonly learntUpTo: number
  /** The last report on what the search has learnt, and how many attempts there were then; null before the first. */
  readonly insights: { readonly number: number; readonly attempts: number; readonly gist: string } | null
  /** What the person said during the run: the last twenty texts, oldest first. */
  readonly steering: readonly SteeringText[]
  /** What came last from each of the two places, so that no text is taken twice. */
  readonly lastSteering: { readonly fileHash: string | null; readonly commandId: string | null }
  /** What the documents of the knowledge base were good for, in the order in which they were first shown. */
  readonly documents: readonly DocumentUse[]
  /** Runs of the scorer. */
  readonly evaluations: number
  /** How long the last one took, in milliseconds; null before the first. */
  readonly lastEvaluationMs: number | null
  /** What the agent evaluated since the last version and since the supervisor last spoke: the last hundred, oldest first. */
  readonly evaluated: readonly { readonly attempt: number; readonly tree: string }[]
  /** What the agent evaluated with the scorer in use and what can be told again: the last ten thousand, oldest first. */
  readonly kept: readonly KeptCandidate[]
  /** How often the attempt of that number was shown in a briefing or taken up again; there may be none at the end. */
  readonly visits: readonly number[]
  readonly turns: number
  readonly usage: Usage
  /** Known cost in US dollars. */
  readonly costUsd: number
  /** Model calls whose price is unknown. */
  readonly unpricedCalls: number
  /** Cost since the last accepted version, which is what the next one will be said to have cost; null where it is unknown. */
  readonly costSinceVersionUsd: number | null
  /** Time with the harness running, in milliseconds; pauses between sessions are left out. */
  readonly activeMs: number
  /** The part of it in which nothing was done but wait for the model's provider. */
  readonly waitedMs: number
  /** What is being waited for: until when (milliseconds since 1970), and why. */
  readonly waiting: { readonly untilMs: number; readonly reason: string } | null
  /** Since when it rests, because the person wants it to (ISO 8601, UTC); null while it goes on. */
  readonly pausedAt: string | null
  /** The model in use; null before the first start. */
  readonly model: string | null
  /** Input of the agent's last model call, as the provider counted it; null where the conversation has begun anew since. */
  readonly lastInputTokens: number | null
  /** Caps of which most is used up, as it was said. */
  readonly warned: readonly { readonly cap: string; readonly limit: number }[]
  /** What it does now, or did when it was cut off; null when it has ended. */
  readonly activity: Activity | null
  readonly lastEventAt: string | null
  readonly ended: StopReason | null
}

/** What a session of a run lives on. */
export interface SessionFacts {
  readonly provider: string
  /** `sha256:…` of the scorer. */
  readonly scorer: string
  /** What isolates the agent's commands and candidates. */
  readonly sandbox: string
}

/** What the person said to the agent while the run went on. */
export interface SteeringText {
  /** From 1 on. */
  readonly number: number
  /** sha256, in hex. */
  readonly hash: string
  readonly text: string
  /** When it was received: ISO 8601, UTC. */
  readonly at: string
}

/** The name of the file beside avo.yaml that the person may write to at any time. */
export const STEERING_FILE = 'steer.md'

/** One place to write facts to, and the state that they add up to. */
export interface Journal {
  readonly state: RunState
  /** Appends a fact, folds it into the state, tells the listeners. Durable facts are on the disk when it returns. */
  record(event: Event): void
  /** Listeners read; what they throw is ignored. Returns a function that unsubscribes. */
  subscribe(listener: (event: RecordedEvent, state: RunState) => void): () => void
}
