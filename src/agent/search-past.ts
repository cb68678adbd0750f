import type { AttemptRecord, KeptCandidate } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import { renderAttemptLine, renderCandidateLine } from './past-attempts.ts'

/** Finds texts by their words. */
export interface WordIndex {
  add(id: string, text: string): void
  /** Ids of the texts that have words of the query, best first; of those only that `among` names. */
  search(query: string, limit: number, among: ReadonlySet<string>): readonly string[]
}

type Entry = AttemptRecord | KeptCandidate | RunState['notes'][number]

/** Of what an attempt says of itself: a search goes through all of them. */
const SEARCHED_CHARACTERS = 1_000
/** What is known no more may be as much again as what is, and so many texts, before the index is made anew. */
const SLACK = 1_000

/**
 * A search through the past of a run, best first, a line each: by the words of what attempts tried, of what they submitted and of why
 * they ended, by what was said of the candidates that they evaluated, and by the notes, as they are. A candidate that was
 * submitted is told as its attempt. What came since the last search is added to the index.
 */
export function createPastSearch(
  state: Pick<RunState, 'ledger' | 'kept' | 'notes'>,
  createIndex: () => WordIndex,
): (query: string, limit: number) => readonly string[] {
  let index = createIndex()
  const ids = new Map<Entry, string>()

  return (query, limit) => {
    const { ledger, kept, notes } = state
    const entries: readonly Entry[] = [
      ...ledger,
      ...kept.filter(({ words }) => words !== undefined),
      ...notes,
    ]
    if (ids.size > 2 * entries.length + SLACK) {
      index = createIndex()
      ids.clear()
    }
    const known = new Map(entries.map((entry) => [idOf(entry), entry]))
    // Twice as many: a candidate and its attempt may come to the same line.
    const found = index.search(query, 2 * limit, new Set(known.keys())).flatMap((id) => known.get(id) ?? [])
    return [...new Set(found.map((entry) => renderEntry(entry, ledger)))].slice(0, limit)
  }

  function idOf(entry: Entry): string {
    const id = ids.get(entry) ?? String(ids.size)
    if (ids.has(entry)) return id
    ids.set(entry, id)
    index.add(id, textOf(entry))
    return id
  }
}

function textOf(entry: Entry): string {
  if ('text' in entry) return entry.text
  if ('evaluation' in entry) return entry.words ?? ''
  const { hypothesis = '', solution, reason } = entry
  return [hypothesis, solution?.summary ?? '', reason]
    .map((text) => text.slice(0, SEARCHED_CHARACTERS))
    .join('\n')
}

function renderEntry(entry: Entry, ledger: readonly AttemptRecord[]): string {
  if ('text' in entry) return `note: ${entry.text}`
  if (!('evaluation' in entry)) return renderAttemptLine(entry)
  const submitted = ledger.find(({ number, codeId }) => number === entry.attempt && codeId === entry.codeId)
  return submitted === undefined ? renderCandidateLine(entry) : renderAttemptLine(submitted)
}
