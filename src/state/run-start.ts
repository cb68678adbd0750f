import type { RunState } from '../journal.ts'
import { NOT_REDIRECTED } from './redirection.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] }

/** A state that events are folded into, in place: a journal of a week is folded in linear time. */
export type RunFold = Mutable<RunState>

/** The state before any event. */
export function createRunFold(): RunFold {
  return {
    startedAt: null,
    session: null,
    budget: null,
    versions: [],
    attempt: null,
    ledger: [],
    lastVerdict: null,
    calibration: null,
    comparison: null,
    segmentStart: 0,
    segmentBase: 0,
    failedAttempts: 0,
    idleAttempts: 0,
    redirection: NOT_REDIRECTED,
    quietSince: { tokens: 0, costUsd: 0, activeMs: 0, waitedMs: 0, evaluations: 0 },
    notes: [],
    profiles: [],
    lessons: [],
    lessonTallies: {},
    lessonResults: [],
    learntUpTo: 0,
    insights: null,
    steering: [],
    lastSteering: { fileHash: null, commandId: null },
    documents: [],
    evaluations: 0,
    lastEvaluationMs: null,
    evaluated: [],
    kept: [],
    visits: [],
    turns: 0,
    usage: { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
    costUsd: 0,
    unpricedCalls: 0,
    costSinceVersionUsd: 0,
    activeMs: 0,
    waitedMs: 0,
    waiting: null,
    pausedAt: null,
    model: null,
    lastInputTokens: null,
    warned: [],
    activity: null,
    lastEventAt: null,
    ended: null,
  }
}
