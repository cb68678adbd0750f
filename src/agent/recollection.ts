import type { AttemptRecord } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import type { Version } from '../lineage.ts'
import { firstLine, renderCount, renderNumber, renderPercent } from '../text.ts'
import { renderLesson, renderNotes } from './lessons.ts'
import { renderStart } from './past-attempts.ts'

/** Enough for hundreds of attempts, whatever the context holds. */
const MAX_CHARACTERS = 24_000
/** Shares of the lineage, the attempts, the lessons and the notes that no lesson has taken up. */
const LINEAGE = 0.25
const ATTEMPTS = 0.45
const LESSONS = 0.2
const NOTES = 0.1
/** Kinds of ends that are named of the attempts that are not listed. */
const MAX_KINDS = 6

/**
 * What the record of the whole run says, for an agent whose conversation is gone: the lineage, what every attempt came to and
 * why, what was learnt. The newest of each in full, what does not fit as figures; bounded, however long the run.
 */
export function renderRecollection(state: RunState, maxCharacters: number): readonly string[] {
  const length = Math.min(MAX_CHARACTERS, maxCharacters)
  const { versions, ledger } = state
  const lineage = fitNewest(versions.map(renderVersion), length * LINEAGE)
  const attempts = fitNewest(ledger.map(renderAttempt), length * ATTEMPTS)
  const lessons = fitNewest(state.lessons.map(renderLesson), length * LESSONS)
  const notes = fitNewest(
    renderNotes(state).map((note) => firstLine(note, 400)),
    length * NOTES,
  )
  return [
    renderSection('The lineage, oldest first', lineage, (count) => `${renderCount(count, 'version')} before`),
    renderSection('The attempts, oldest first', attempts, (count) => describeEarlier(ledger.slice(0, count))),
    renderSection(
      'What was learnt, the last at the end',
      lessons,
      (count) => `${renderCount(count, 'lesson')} before`,
    ),
    renderSection('Notes of yours', notes, (count) => `${renderCount(count, 'note')} before`),
  ].filter((section) => section !== '')
}

/** The last lines of a list that fit, and how many there are before them. */
interface Newest {
  readonly lines: readonly string[]
  readonly leftOut: number
}

function fitNewest(lines: readonly string[], maxCharacters: number): Newest {
  let length = 0
  const start = lines.findLastIndex((line) => {
    length += line.length + 3
    return length > maxCharacters
  })
  return { lines: lines.slice(start + 1), leftOut: start + 1 }
}

function renderSection(
  heading: string,
  { lines, leftOut }: Newest,
  describe: (count: number) => string,
): string {
  if (lines.length + leftOut === 0) return ''
  const earlier = leftOut === 0 ? [] : [`(${describe(leftOut)})`]
  return [`## ${heading}`, ...earlier, ...lines.map((line) => `- ${line}`)].join('\n')
}

function renderVersion({ number, score, gain, attempt, summary }: Version): string {
  const change = number === 0 ? 'the seed' : `${renderPercent(gain)}, attempt ${attempt}`
  return `v${number} (${change}): ${renderNumber(score.value)}, ${firstLine(summary, 100)}`
}

function renderAttempt(record: AttemptRecord): string {
  const { number, outcome, reason, solution } = record
  const summary = solution === undefined ? '' : `"${firstLine(solution.summary, 100)}": `
  return `${number}, ${outcome}: ${summary}${firstLine(reason, 200)}${renderStart(record)}`
}

/** Attempts that are too many to list: their outcomes, and what ended most of them. */
function describeEarlier(records: readonly AttemptRecord[]): string {
  const outcomes = countBy(records, ({ outcome }) => outcome).map(([outcome, count]) => `${count} ${outcome}`)
  const failures = records.filter(({ outcome }) => outcome !== 'accepted')
  const kinds = countBy(failures, ({ reason }) => firstLine(reason.replace(/\d[\d.,]*/g, '#'), 100))
    .slice(0, MAX_KINDS)
    .map(([kind, count]) => `${count} × ${kind}`)
  const why = kinds.length === 0 ? '' : `; most of them: ${kinds.join('; ')}`
  return `${renderCount(records.length, 'attempt')} before: ${outcomes.join(', ')}${why}`
}

/** Keys with how often each comes, the most frequent first. */
function countBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly [string, number])[] {
  return [...Map.groupBy(items, keyOf)]
    .map(([key, group]) => [key, group.length] as const)
    .sort(([, a], [, b]) => b - a)
}
