import type { Lineage, Solution, Workspace } from '../lineage.ts'

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
}

/** A lineage on the disk, with the workspace that its solutions come from. */
export interface StoredLineage extends Lineage, Workspace {
  /**
   * x_0: makes the workspace the person's seed. Files that are not editable are part of every solution's tree from then
   * on, as they are in the seed. Throws an `AvoError` (`task`) where the seed can't be read or nothing in it is editable.
   */
  seed(source: SeedSource): Promise<Solution>
}
