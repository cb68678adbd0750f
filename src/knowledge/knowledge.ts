import type { DocumentChange } from '../events.ts'

/** What the names of documents begin with that the run writes itself: nobody is told when they change. */
export const LESSONS_PREFIX = 'lessons/'

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

/** Which passages a search is about; without it, all of them. */
export interface PassageFilter {
  /** A document, a folder or a glob: `avo/numpy.md`, `lessons`, `*.pdf`, `knowledge-base/gpu/**`. */
  readonly documents?: string | undefined
  /** Words that one of the headings above the passage has, in any case. */
  readonly heading?: string | undefined
}

/** What a search asks for, beside its words. */
export interface SearchOptions extends PassageFilter {
  /** Number of passages. */
  readonly limit: number
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
  /** Passages nearest to the query, best first. Documents changed on the disk are indexed first; of a base of thousands, those that `refresh` has seen change. */
  search(query: string, options: SearchOptions, signal: AbortSignal): Promise<readonly Passage[]>
  /** A page of a document from a line (from 1); null where there is no such document. */
  read(document: string, fromLine: number): Promise<DocumentPage | null>
  /** Every document's name and title, in order of name. */
  list(): Promise<readonly { readonly document: string; readonly title: string }[]>
  /** What changed on the disk since the last call; cheap enough for every turn. */
  refresh(): Promise<readonly DocumentChange[]>
}
