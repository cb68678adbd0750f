import type { Candidates, Lineage, Solution, Workspace } from '../lineage.ts'

/** Where the person's seed comes from. Paths are absolute. */
export type SeedSource =
  /** One file; `as` is its name in the workspace. */
  | { readonly kind: 'file'; readonly path: string; readonly as: string }
  /** A directory, less what its .gitignore files name and what only machines write (`__pycache__`, `node_modules`, …). */
  | { readonly kind: 'directory'; readonly path: string }
  /** The files of a git repository, by URL or path, at a branch, a tag or a commit; its default branch when left out. */
  | { readonly kind: 'repository'; readonly url: string; readonly ref?: string }

/** Where a lineage is kept, and what of it may change. */
export interface LineageOptions {
  /** The workspace; created where there is none. */
  readonly directory: string
  /** The run's records (.avo). */
  readonly recordsDirectory: string
  /** Globs of the files that make up a solution. */
  readonly editable: readonly string[]
  /** The project's name: a workspace of another one is not taken over. */
  readonly project: string
  /** Whether this is the one process that may write: it clears away what a crash left. */
  readonly writer?: boolean
}

/** What an attempt submitted, as the lineage keeps it. */
export interface KeptAttempt extends Solution {
  readonly attempt: number
  /** Spent since the version before; null where it is unknown. */
  readonly costUsd: number | null
}

/** Commits of somebody else's on the lineage's branch, and where they are now. */
export interface ForeignCommits {
  /** Oldest first. */
  readonly commits: readonly string[]
  readonly branch: string
}

/** A lineage on the disk, with the workspace that its solutions come from. */
export interface StoredLineage extends Lineage, Workspace, Candidates {
  /**
   * x_0: makes the workspace the person's seed. Files that are not editable are part of every solution's tree from then
   * on, as they are in the seed. Throws an `AvoError` (`task`) where the seed can't be read or nothing in it is editable.
   */
  seed(source: SeedSource): Promise<Solution>
  /**
   * Mends what a crash left of the lineage, and takes commits of somebody else's off its branch, to one of their own. Their
   * files stay in the workspace as they are. Null where there are none. For the one process that may write.
   */
  tend(): Promise<ForeignCommits | null>
  /** Keeps the workspace's editable files as they are now, and says under which name. */
  keepFiles(): Promise<string>
  /** What the attempts have submitted, as far as it is still there, in order of attempt. */
  readAttempts(): Promise<readonly KeptAttempt[]>
  /** Number of the last candidate that is kept of each attempt that evaluated any. */
  readEvaluations(): Promise<ReadonlyMap<number, number>>
}
