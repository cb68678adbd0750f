import type { Score } from '../score.ts'

/** f: scores a tree. The candidate's failures are an incorrect score; an `AvoError` means that the harness can't measure. */
export interface Evaluator {
  /** `sha256:…` over the scorer's files, command and environment. */
  readonly scorer: string
  /** Absolute path of the copy of the scorer's files that every evaluation runs from. */
  readonly directory: string
  /** What the scorer says about itself, for the agent; empty where it says nothing. */
  readonly description: string
  evaluate(tree: string, signal: AbortSignal, occasion?: Occasion): Promise<Score>
}

/** On what, and for whom, a tree is scored. */
export interface Occasion {
  /**
   * A secret that reaches the scorer as `AVO_INPUTS`: two trees with the same one are scored on the same inputs, by a scorer that
   * makes them from it. Without it they are the scorer's own affair.
   */
  readonly inputs?: string
  /**
   * Whether the agent asks: the scorer is told to leave out what is hidden (`AVO_HOLDOUT=skip`), and what it says of that all the
   * same goes no further. Not even the time that it takes tells the agent anything then.
   */
  readonly isPreview?: boolean
}
