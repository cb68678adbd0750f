import type { Usage } from '../events.ts'
import type { Lesson } from '../lesson.ts'
import type { Interval } from '../measurement.ts'
import type { ConfigurationScore, Direction } from '../score.ts'
import type { Activity } from '../state/activity.ts'
import type { DirectionKind, NumberedDirection } from '../state/redirection.ts'
import type { StopReason } from '../stop.ts'
import type { InterventionOutcome } from '../supervision/outcomes.ts'

/** How an attempt stands or ended, as it is drawn. */
export type AttemptOutcome = 'open' | 'accepted' | 'rejected' | 'incorrect' | 'abandoned' | 'indecisive'

/** What a run had used up at a moment. */
export interface Used {
  /** Time with the harness running, in milliseconds. */
  readonly activeMs: number
  /** Runs of the scorer. */
  readonly evaluations: number
  /** Known cost in US dollars. */
  readonly costUsd: number
  readonly tokens: number
}

/** An attempt in one row: enough for charts, lists and search. */
export interface AttemptRow extends Used {
  readonly number: number
  readonly outcome: AttemptOutcome
  /** What it failed by, in a word or two that many share; null where it did not. */
  readonly failure: string | null
  /** Milliseconds since 1970; null where only the lineage knows of it. */
  readonly startedMs: number | null
  readonly endedMs: number | null
  readonly turns: number
  /** What it took by itself; the fields of `Used` are the run's at its end. */
  readonly ownMs: number
  readonly ownCostUsd: number
  /** Calls of the model whose price is unknown: the cost leaves them out. */
  readonly ownUnpricedCalls: number
  readonly ownTokens: number
  readonly ownEvaluations: number
  /** The gate's, or the last one that the agent was told; null where there is none. */
  readonly score: number | null
  readonly scoredBy: 'gate' | 'agent' | null
  /** In each configuration, in the run's order of them; empty where there is no score. */
  readonly values: readonly number[]
  /** Over the best version then, as a fraction. */
  readonly gain: number | null
  readonly low: number | null
  readonly high: number | null
  /** Number of the version that it became. */
  readonly version: number | null
  /** Number of the version that was the best when it began. */
  readonly best: number | null
  /** Number of the supervisor's direction. */
  readonly direction: number | null
  /** The first line of what was submitted or, before that, of what the agent would try. */
  readonly title: string
  readonly reason: string
}

/** A version as the lineage lists it. */
export interface VersionRow extends Used {
  readonly number: number
  readonly commit: string
  readonly attempt: number
  readonly base: number | null
  readonly summary: string
  readonly documents: readonly string[]
  readonly direction: { readonly number: number; readonly kind: DirectionKind } | null
  readonly score: number
  readonly scores: readonly ConfigurationScore[]
  readonly holdout: readonly ConfigurationScore[]
  readonly gain: number
  readonly interval: Interval | null
  readonly rounds: number | null
  /** Whether the rounds were too few to prove anything. */
  readonly unconfirmed: boolean
  /** Whether it was so good that it was measured again at length. */
  readonly held: boolean
  readonly implausible: string | null
  /** The gains of all versions up to it, multiplied. */
  readonly overSeed: number
  readonly ownCostUsd: number | null
  readonly committedAt: string
  readonly scorer: string
}

/** What does not change while a run goes on, or hardly ever. */
export interface RunFacts {
  readonly name: string
  readonly directory: string
  /** The same for repeats of one task. */
  readonly task: string
  readonly direction: Direction
  readonly configurations: readonly string[]
  /** Number of the last attempt that an earlier scorer has measured: up to it, scores are not to be compared. 0 where there is none. */
  readonly otherScorerUpTo: number
  /** The geometric mean that no honest solution passes; null where none is given for all configurations. */
  readonly bound: number | null
  readonly bounds: readonly { readonly configuration: string; readonly bound: number }[]
  /** Where the explorer reads more than a file's worth. */
  readonly canAct: boolean
}

/** How a run stands. */
export interface RunStatus extends Used {
  /** When it was so: milliseconds since 1970. */
  readonly asOfMs: number
  readonly phase: 'new' | 'running' | 'paused' | 'cut-off' | 'ended'
  readonly pid: number | null
  readonly activity: Activity | null
  /** Milliseconds since 1970. */
  readonly waitingUntilMs: number | null
  readonly ended: StopReason | null
  readonly startedAt: string | null
  readonly lastEventAt: string | null
  readonly model: string | null
  readonly attempt: number | null
  readonly turn: number | null
  readonly attempts: number
  readonly failedAttempts: number
  readonly turns: number
  readonly usage: Usage
  readonly unpricedCalls: number
  readonly attemptsPerHour: number | null
  readonly versionsPerHour: number | null
  readonly caps: readonly {
    readonly key: string
    readonly used: number
    readonly limit: number
    readonly leftMs: number | null
  }[]
  /** The newest version against the seed, measured directly, in a sentence; null before it was. */
  readonly comparison: string | null
  readonly direct: {
    /** Number of the version that was measured against the seed. */
    readonly version: number
    readonly gain: number
    readonly interval: Interval | null
  } | null
  readonly steering: readonly { readonly number: number; readonly at: string; readonly text: string }[]
  readonly insights: { readonly attempts: number; readonly gist: string } | null
  /** Why the run's records can't be read any further; null while they can. */
  readonly problem: string | null
}

/** What the supervisor did, and what came of it. */
export interface Supervision {
  readonly interventions: readonly InterventionOutcome[]
  readonly waiting: readonly NumberedDirection[]
  readonly inForce: NumberedDirection | null
  /** How likely each kind of direction was, whenever one was chosen. */
  readonly weights: readonly {
    readonly attempt: number
    readonly direction: number
    readonly weights: Readonly<Record<DirectionKind, number>>
  }[]
}

/** What the knowledge base was good for. */
export interface KnowledgeView {
  readonly documents: readonly {
    readonly document: string
    readonly title: string
    readonly found: number
    readonly read: number
    readonly cited: number
    readonly isThere: boolean
  }[]
  /** Files that should be documents, and why each is none, in words that go on after `it`. */
  readonly unreadable: readonly { readonly document: string; readonly problem: string }[]
  readonly lessons: readonly Lesson[]
}

/** What it runs on. */
export interface EnvironmentView {
  readonly machine: string | null
  readonly scorer: string | null
  readonly sessions: readonly {
    readonly at: string
    readonly provider: string
    readonly model: string
    readonly sandbox: string
    readonly scorer: string
  }[]
  readonly calibration: {
    readonly at: string
    readonly version: number
    readonly rounds: number
    /** Standard deviation of a round between two copies of one version, and the least gain that counts: fractions. */
    readonly sd: number | null
    readonly floor: number | null
    readonly configurations: readonly { readonly configuration: string; readonly sd: number }[]
  } | null
  /** What the run said that needs attention, the last at the end. */
  readonly notices: readonly { readonly at: string; readonly text: string }[]
}

/** A run as the page shows it. */
export interface RunView {
  readonly id: string
  readonly facts: RunFacts
  readonly status: RunStatus
  readonly supervision: Supervision
  readonly knowledge: KnowledgeView
  readonly environment: EnvironmentView
  readonly versions: readonly VersionRow[]
  readonly attempts: readonly AttemptRow[]
}

/** A run in a list of them: enough to compare it with others. */
export interface RunSummary extends Pick<RunView, 'id' | 'facts' | 'status'> {
  /** How many there are, the seed included. */
  readonly versions: number
  /** Where each version came that the newest scorer has measured; the first point is what was the best when it took over. */
  readonly curve: readonly (Used & Pick<VersionRow, 'attempt' | 'score' | 'overSeed'>)[]
}
