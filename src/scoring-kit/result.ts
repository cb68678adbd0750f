import { randomUUID } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import type { ConfigurationMetrics } from './scores.ts'

/** The document that a scorer writes to `AVO_RESULT`. */
export type ScoringResult = CorrectResult | IncorrectResult

/** A candidate whose outputs were all right. */
export interface CorrectResult {
  readonly correct: true
  readonly scores: Readonly<Record<string, number>>
  /** How the score came about; absent where it is a value. */
  readonly metrics?: Readonly<Record<string, ConfigurationMetrics>>
  /** Of the configurations that the agent never hears of: for the person only. */
  readonly holdout?: { readonly correct: true; readonly scores: Readonly<Record<string, number>> }
  /** A score is not plausible: to be measured again and flagged. */
  readonly held?: true
  /** Why it is held. */
  readonly reason?: string
}

/** A candidate that did something wrong. */
export interface IncorrectResult {
  readonly correct: false
  readonly scores: Readonly<Record<string, never>>
  /** For the agent; the first line stands for itself. */
  readonly feedback: string
  /** What it did wrong where the agent must not know: for the person only. */
  readonly holdout?: { readonly correct: false; readonly reason: string }
}

/** Writes the whole document or nothing: who looks for it finds no half of one. */
export function writeResult(path: string, result: ScoringResult): void {
  const fresh = `${path}.${randomUUID()}`
  writeFileSync(fresh, JSON.stringify(result), { flag: 'wx' })
  renameSync(fresh, path)
}
