import type { AttemptRecord, Stall, Verdict } from './attempt.ts'
import type { Budget } from './budget.ts'
import type { AttemptLesson } from './lesson.ts'
import type { Solution, Version } from './lineage.ts'
import type { Calibration, Round, Rules, SeedComparison } from './measurement.ts'
import type { ReplyEnd } from './model/model.ts'
import type { CorrectScore, Score } from './score.ts'
import type { DirectionKind, EscalationStep, ProposedDirection, SignKind } from './state/redirection.ts'
import type { StopReason } from './stop.ts'

/** Tokens of one model call or of many. The four kinds are disjoint. */
export interface Usage {
  /** Input read neither from a cache nor written to one. */
  readonly inputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
}

/** A document of the knowledge base, as it is announced. */
export interface DocumentChange {
  readonly document: string
  readonly title: string
  readonly change: 'added' | 'changed' | 'removed'
  /** How it begins, below its title, on one line; absent where it is gone or says nothing. */
  readonly opening?: string
}

/** What a profiler said of a program. */
export interface Profile {
  /** The shell command that ran it, cut. */
  readonly command: string
  /** Head and tail of what it printed. */
  readonly output: string
}

/** A part of a document that the agent was shown. */
export interface ShownLines {
  readonly document: string
  /** First and last line, from 1. */
  readonly lines: readonly [number, number]
}

/** A fact about the run. Facts are only ever appended; the state of a run is a fold over them. */
export type Event =
  | {
      type: 'run.started'
      project: string
      provider: string
      model: string
      scorer: string
      sandbox: string
      resumed: boolean
      /** The caps, those of the command line included; absent in journals of before. */
      budget?: Budget
    }
  | {
      type: 'attempt.started'
      attempt: number
      /** Past attempts that its briefing shows. */
      inspirations?: readonly number[]
    }
  | {
      type: 'attempt.taken-up'
      attempt: number
      /** The past attempt whose files are in the workspace now. */
      taken: number
    }
  | {
      type: 'candidate.held'
      attempt: number
      tree: string
      /** The past attempt whose idea it is, which the agent was told before anything is measured. */
      of: number
    }
  | {
      type: 'model.replied'
      attempt: number
      turn: number
      usage: Usage
      costUsd: number | null
      durationMs: number
      text: string
      /** Why the model stopped talking. */
      end?: ReplyEnd
      /** Tool calls in the reply. */
      calls?: number
      /** The model that answered, in the provider's words. */
      answeredBy?: string
    }
  | {
      type: 'model.failed'
      code: string
      message: string
      /** What is paid for a reply that broke off; absent where nothing had come. */
      usage?: Usage
      costUsd?: number | null
    }
  | {
      type: 'model.waiting'
      /** Milliseconds since 1970. */
      untilMs: number
      reason: string
    }
  | { type: 'model.replaced'; from: string; to: string; why: string }
  | {
      type: 'budget.warned'
      /** The key in avo.yaml. */
      cap: string
      used: number
      limit: number
    }
  | {
      type: 'config.changed'
      /** Keys of avo.yaml that were taken over while the run goes on. */
      keys: readonly string[]
      refused: readonly { readonly key: string; readonly why: string }[]
      /** The caps from now on. */
      budget?: Budget
    }
  | {
      type: 'tool.called'
      attempt: number
      turn: number
      tool: string
      about: string
      /** The call's id in the conversation. */
      call?: string
    }
  | {
      type: 'tool.returned'
      attempt: number
      turn: number
      tool: string
      failed: boolean
      durationMs: number
      /** What it did or showed: the same for the same call with the same outcome, empty where it did nothing. */
      effect?: string
      /** Whether the solution is another one now, or was evaluated as one that never was before. */
      changed?: boolean
      /** Number of the version that the solution was made again. */
      base?: number
      /** What it showed of the knowledge base. */
      shown?: readonly ShownLines[]
      /** What it found out about where the time goes. */
      profile?: Profile
    }
  | {
      type: 'candidate.evaluated'
      attempt: number
      by: 'agent' | 'gate'
      tree: string
      /** Where there were several rounds, their mean. */
      score: Score
      durationMs: number
      /** Runs of the scorer that it took, those of the best version included; 1 where it is left out. */
      scorerRuns?: number
    }
  | {
      type: 'candidate.kept'
      attempt: number
      /** From 1 on, in each attempt. */
      evaluation: number
      tree: string
      codeId: string
      /** Number of the version that it was measured against. */
      against: number
      /** Over that version, as a fraction; null where it was incorrect. */
      gain?: number | null
    }
  | {
      type: 'candidate.recalled'
      attempt: number
      tree: string
      /** Why nothing was run: what is known of the same code. */
      known: string
    }
  | { type: 'solution.submitted'; attempt: number; solution: Solution }
  | {
      type: 'attempt.stalled'
      attempt: number
      turn: number
      stall: Stall
      /** Turns in a row; the agent was told. */
      turns: number
    }
  | {
      type: 'attempt.abandoned'
      attempt: number
      reason: string
      refused: boolean
      /** Absent where it did not end because it stood still. */
      stalled?: Stall
    }
  | { type: 'gate.calibrated'; calibration: Calibration }
  | { type: 'gate.opened'; attempt: number; codeId: string; rules: Rules }
  | { type: 'gate.sampled'; attempt: number; round: Round }
  | { type: 'gate.decided'; attempt: number; verdict: Verdict }
  | { type: 'version.committed'; version: Version }
  | { type: 'version.remeasured'; number: number; score: CorrectScore; scorer: string }
  | {
      type: 'lineage.rebuilt'
      /** How many versions were found where the journal had none. */
      versions: number
      /** What the lineage knows of attempts; no verdict of those that were not accepted. */
      attempts: readonly AttemptRecord[]
      /** Of all versions and of what came after the last; null where something of it is unknown. */
      costUsd: number | null
      costSinceVersionUsd: number | null
    }
  | { type: 'lineage.foreign'; commits: readonly string[]; branch: string }
  | {
      type: 'workspace.changed'
      files: readonly string[]
      /** The name under which the files are kept as they were found; null where they can't be part of a solution. */
      kept: string | null
    }
  | { type: 'candidate.rejected'; attempt: number; reason: string }
  | { type: 'candidate.set-aside'; attempt: number; reason: string }
  | { type: 'lineage.compared'; comparison: SeedComparison }
  | {
      type: 'supervisor.intervened'
      sign: string
      /** Texts in journals of before. */
      directions: readonly (ProposedDirection | string)[]
      usage: Usage
      costUsd: number | null
      kind?: SignKind
      step?: EscalationStep
      /** Number of the version that the agent begins from again, with a fresh context. */
      base?: number
    }
  | {
      type: 'direction.chosen'
      /** Number of the direction. */
      direction: number
      /** For how many attempts. */
      attempts: number
      /** How likely each kind was, had all been there. */
      weights: Readonly<Record<DirectionKind, number>>
    }
  | { type: 'knowledge.changed'; changes: readonly DocumentChange[] }
  | {
      type: 'steering.received'
      /** sha256 of the text, in hex. */
      hash: string
      text: string
      /** `steer.md`, or the id of a text that `avo steer` left. */
      source: string
    }
  /** The person has asked for a pause, or ended it. */
  | { type: 'run.paused' }
  | { type: 'run.resumed' }
  | { type: 'note.taken'; attempt: number; text: string }
  | {
      type: 'lesson.learnt'
      lesson: AttemptLesson
      /** Name of the lesson that says the same. */
      same?: number
      /** Names of lessons that it proves wrong. */
      overturned?: readonly number[]
      /** What the model was paid that put it into words; absent where it is from the record alone. */
      usage?: Usage
      costUsd?: number | null
    }
  | { type: 'insights.drawn'; number: number; attempts: number; gist: string }
  | { type: 'conversation.compacted'; attempt: number; tokensBefore: number }
  | {
      type: 'hook.ran'
      hook: string
      /** Null where it did not come to an end by itself. */
      exitCode: number | null
      durationMs: number
      /** Why it failed, in a sentence; null where it did not. */
      problem: string | null
    }
  | { type: 'notice.given'; level: 'info' | 'warning'; text: string }
  /** The journal goes on here; so many segments of it were packed away. */
  | { type: 'journal.rotated'; segments: number }
  | { type: 'run.ended'; reason: StopReason }

/** What the journal says of a model's reply. */
export type ReplyEvent = Extract<Event, { readonly type: 'model.replied' }>

/** What the journal says of a candidate that was evaluated and is kept. */
export type KeptEvent = Extract<Event, { readonly type: 'candidate.kept' }>

/** What the journal says of a tool call that begins. */
export type CallEvent = Extract<Event, { readonly type: 'tool.called' }>

/** An event as the journal has it: with the time at which it was recorded (ISO 8601, UTC). */
export type RecordedEvent = Event & {
  readonly at: string
  /** Time since the event before it, where the clock was set in between or the machine slept. */
  readonly elapsedMs?: number
}

/** Events that must be on the disk before what follows them may happen: all that is decided, begun or paid for. */
export const DURABLE_EVENTS: ReadonlySet<Event['type']> = new Set([
  'run.started',
  'attempt.started',
  'model.replied',
  'model.failed',
  'tool.called',
  'steering.received',
  'candidate.kept',
  'solution.submitted',
  'attempt.abandoned',
  'gate.decided',
  'version.committed',
  'version.remeasured',
  'lineage.rebuilt',
  'candidate.rejected',
  'candidate.set-aside',
  'supervisor.intervened',
  'lesson.learnt',
  'direction.chosen',
  'run.ended',
])
