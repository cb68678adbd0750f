import type { DocumentChange } from '../events.ts'

/** A piece of a document that answers a query. */
export interface Passage {
  /** The document's name as `read` takes it: `knowledge-base/numpy.md`, `avo/caches.md`. */
  readonly document: string
  /** Headings from the document's title down to the passage. */
  readonly headings: readonly string[]
  /** First and last line, from 1. */
  readonly lines: readonly [number, number]
  readonly text: string
  /** Higher is nearer; comparable within one search only. */
  readonly relevance: number
}

/** A document's text, or a page of it. */
export interface DocumentPage {
  readonly document: string
  readonly title: string
  readonly lines: readonly [number, number]
  readonly totalLines: number
  readonly text: string
}

/** K: the documents that people wrote for the agent. Read-only to it. */
export interface Knowledge {
  /** Passages nearest to the query, best first. Documents changed on the disk are indexed first; of a base of thousands, what `refresh` has seen. */
  search(query: string, limit: number, signal: AbortSignal): Promise<readonly Passage[]>
  /** A page of a document from a line (from 1); null where there is no such document. */
  read(document: string, fromLine: number): Promise<DocumentPage | null>
  /** Every document's name and title, in order of name. */
  list(): Promise<readonly { readonly document: string; readonly title: string }[]>
  /** What changed on the disk since the last call; cheap enough for every turn. */
  refresh(): Promise<readonly DocumentChange[]>
}
