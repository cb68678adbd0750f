import type { Score } from '../score.ts'

/** f: scores a tree. The candidate's failures are an incorrect score; an `AvoError` means that the harness can't measure. */
export interface Evaluator {
  /** `sha256:…` over the scorer's files, command and environment. */
  readonly scorer: string
  /** Absolute path of the copy of the scorer's files that every evaluation runs from. */
  readonly directory: string
  /** What the scorer says about itself, for the agent; empty where it says nothing. */
  readonly description: string
  evaluate(tree: string, signal: AbortSignal): Promise<Score>
}
