import type { AttemptRecord } from '../attempt.ts'
import type { Version } from '../lineage.ts'
import { cutMiddle, firstLine, renderGain, renderUsd } from '../text.ts'

/** Finds texts by their words. */
export interface WordIndex {
  add(id: string, text: string): void
  /** Ids of the texts that have words of the query, best first. */
  search(query: string, limit: number): readonly string[]
}

/** Of what an attempt says of itself: a search goes through all of them. */
const SEARCHED_CHARACTERS = 1_000

/** A past attempt in a line: what it tried and what came of it. */
export function renderAttemptLine(record: AttemptRecord): string {
  const { number, outcome, reason } = record
  return `attempt ${number}, ${outcome}: ${renderIdea(record)}${firstLine(reason, 300)}${renderStart(record)}`
}

/** All that the run's record has of a past attempt, and the version that it was held against. */
export function renderAttemptRecord(record: AttemptRecord, base: Version | undefined): string {
  const { number, outcome, reason, hypothesis, solution, gain, interval, z, costUsd, kept } = record
  const { base: start } = record
  const facts = [
    `Attempt ${number}: ${outcome}`,
    base === undefined ? '' : `held against v${base.number}`,
    start === undefined ? '' : `begun from v${start}`,
    typeof gain === 'number' ? `gain ${renderGain(gain, interval ?? null)}` : '',
    z === undefined ? '' : `${z.toFixed(1)} times a round's noise`,
    costUsd === undefined || costUsd === 0 ? '' : renderUsd(costUsd),
    kept === undefined ? '' : `${kept} evaluated`,
  ]
  return [
    facts.filter(Boolean).join(', '),
    hypothesis === undefined ? '' : `Hypothesis: ${hypothesis}`,
    solution === undefined ? '' : `Submitted as: ${cutMiddle(solution.summary, 2_000)}`,
    `Verdict: ${cutMiddle(reason, 2_000)}`,
  ]
    .filter(Boolean)
    .join('\n')
}

/**
 * Past attempts about a query, best first: by the words of what they tried, of what they submitted and of why they ended, and
 * the notes, as they are. The index is made for each question: a run keeps none in memory.
 */
export function searchAttempts(
  ledger: readonly AttemptRecord[],
  notes: readonly string[],
  query: string,
  limit: number,
  createIndex: () => WordIndex,
): readonly string[] {
  const index = createIndex()
  for (const [at, { hypothesis = '', solution, reason }] of ledger.entries())
    index.add(
      `attempt ${at}`,
      [hypothesis, solution?.summary ?? '', reason]
        .map((text) => text.slice(0, SEARCHED_CHARACTERS))
        .join('\n'),
    )
  for (const [at, note] of notes.entries()) index.add(`note ${at}`, note)
  return index.search(query, limit).map((id) => {
    const [kind, at] = id.split(' ')
    const record = kind === 'attempt' ? ledger[Number(at)] : undefined
    return record === undefined ? `note: ${notes[Number(at)] ?? ''}` : renderAttemptLine(record)
  })
}

/** A verdict against the best version says little of a change that was made on an earlier one. */
function renderStart({ base, outcome }: AttemptRecord): string {
  return base === undefined || outcome === 'accepted' ? '' : ` (begun from v${base}, an earlier version)`
}

/** In the agent's own words: what it submitted, or else what it set out to do. */
function renderIdea({ solution, hypothesis }: AttemptRecord): string {
  const words = solution === undefined ? hypothesis : firstLine(solution.summary)
  return words === undefined ? '' : `"${words}": `
}
