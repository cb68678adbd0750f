import type { AttemptDetail } from './attempt-detail.ts'
import type { DiffReply } from './read-details.ts'
import type { PackedView } from './run-patch.ts'

/** What a page that is one file has with it. */
export interface PageData {
  /** ISO 8601, UTC. */
  readonly writtenAt: string
  readonly runs: readonly {
    readonly view: PackedView
    /** Of each version with the one before, and of the newest with the seed. */
    readonly diffs: readonly (DiffReply & { readonly from: string; readonly to: string })[]
    /** With their transcripts, where they were asked for. */
    readonly attempts: readonly AttemptDetail[]
  }[]
}
