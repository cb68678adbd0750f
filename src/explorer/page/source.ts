import type { AttemptDetail } from '../attempt-detail.ts'
import type { DiffReply } from '../read-details.ts'
import type { RunSummary, RunView } from '../run-view.ts'

/** How the page hears of a run. */
export type Connection = 'loading' | 'live' | 'lost' | 'file'

/** Where the page has its data from: a server that follows the runs, or the file that it stands in. */
export interface RunSource {
  /** Null where it is a file. */
  readonly actions: RunActions | null
  listRuns(): Promise<readonly RunSummary[]>
  /** Gives the run now and whenever it changes; the function that comes back ends it. */
  follow(id: string, show: (view: RunView) => void, tell: (connection: Connection) => void): () => void
  readAttempt(id: string, number: number): Promise<AttemptDetail>
  /** Files are named `v3`, or `a12` for what attempt 12 submitted. */
  readDiff(id: string, from: string, to: string): Promise<DiffReply>
}

/** What a person may ask a run for. */
export interface RunActions {
  steer(id: string, text: string): Promise<void>
  pause(id: string): Promise<void>
  resume(id: string): Promise<void>
  stop(id: string): Promise<void>
}

/** What the page can't show, in words for people. */
export class SourceError extends Error {
  readonly hint: string

  constructor(message: string, hint = '') {
    super(message)
    this.hint = hint
  }
}
