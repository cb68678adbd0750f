import type { RunState } from '../journal.ts'
import {
  CHANGE_KINDS,
  type ChangeKind,
  LESSON_OUTCOMES,
  type Lesson,
  type LessonTallies,
  type LessonTally,
  nameOutcome,
  OUTCOME_NAMES,
} from '../lesson.ts'
import { multiplyGains } from '../lineage.ts'
import { findUnread } from '../state/document-use.ts'
import { addResult } from '../state/lesson-fold.ts'
import { firstLine, renderCount, renderPercent } from '../text.ts'
import { kindOf } from './change-kind.ts'
import { KIND_NAMES } from './lesson-documents.ts'

/** What a search has learnt so far. */
export interface Insights {
  /** A page in Markdown. */
  readonly page: string
  /** A few lines of it, for the agent's briefing and for the person. */
  readonly gist: string
}

/** How often changes of a kind were tried, and what came of them. */
interface Tally {
  readonly kind: ChangeKind
  readonly tried: number
  readonly accepted: number
  /** What the gains multiply to, as a fraction. */
  readonly gain: number
}

const MAX_LINES = 8
const MAX_DOCUMENTS = 20
/** Of each list in the gist. */
const MAX_NAMED = 3
/** Attempts without a gain that are counted to each kind where they are put in order. */
const PRIOR_ATTEMPTS = 1
/** Times that a kind must have been tried without a gain before it is said that it does not work. */
const ENOUGH = 3

/** What a search could draw on: names of documents, and directions that have brought no version yet. */
export interface Offers {
  readonly documents: readonly string[]
  readonly directions: readonly string[]
}

/** What works, what does not, and what nobody has tried; figures are those of the present scorer. */
export function drawInsights(state: RunState, { documents, directions }: Offers): Insights {
  const { ledger, lessons, lessonTallies } = state
  const unread = findUnread(
    documents.map((document) => ({ document })),
    state.documents,
  ).map(({ document }) => document)
  const untried = listUntried(state)
  const lists = [
    ['What works', tellGains(state)],
    ['What does not', tellFailures(lessons)],
    ['What is no longer true', tellOverturned(lessons)],
    ['Kinds of change that nobody has tried', untried],
    ['Documents that were never read', cut(unread, MAX_DOCUMENTS)],
    ['Directions that nobody has followed yet', directions.map((text) => firstLine(text, 300))],
  ] as const
  const page = [
    `# What ${renderCount(ledger.length, 'attempt')} ${ledger.length === 1 ? 'has' : 'have'} shown`,
    `${tellVersions(state)}; ${renderCount(state.failedAttempts, 'attempt')} since the last.${tellSilent(ledger)}`,
    renderTable(lessonTallies),
    ...lists.flatMap(([heading, lines]) =>
      lines.length === 0 ? [] : [[`## ${heading}`, '', ...lines.map((line) => `- ${line}`)].join('\n')],
    ),
  ]
  const gist = renderGist(state, [...cut(untried, MAX_NAMED), ...cut(unread, MAX_NAMED)])
  return { page: `${page.filter((part) => part !== '').join('\n\n')}\n`, gist }
}

function renderGist({ lessonTallies, lessonResults }: RunState, untried: readonly string[]): string {
  const all = listTallies(lessonTallies)
  const lately = listTallies(lessonResults.reduce<LessonTallies>(addResult, {})).filter(
    ({ gain }) => gain > 0,
  )
  const earlier = all.filter(({ kind, gain }) => gain > 0 && lately.every((tally) => tally.kind !== kind))
  const never = all.filter(({ gain, tried }) => gain <= 0 && tried >= ENOUGH)
  const tell = (words: string, tallies: readonly Tally[], render: (tally: Tally) => string): string =>
    tallies.length === 0 ? '' : `${words}: ${cut(tallies.map(render), MAX_NAMED).join(', ')}.`
  return [
    tell(
      `Gained in the last ${renderCount(lessonResults.length, 'attempt')}, the most promising first`,
      lately.toSorted((a, b) => promiseOf(b) - promiseOf(a)),
      renderGained,
    ),
    tell('Gained only before', earlier, renderGained),
    tell(
      'Never gained',
      never.toSorted((a, b) => b.tried - a.tried),
      ({ kind, tried }) => `${KIND_NAMES[kind]} (${renderCount(tried, 'attempt')})`,
    ),
    untried.length === 0 ? '' : `Untried or unread: ${untried.join(', ')}.`,
  ]
    .filter((line) => line !== '')
    .join('\n')
}

function listTallies(tallies: LessonTallies): readonly Tally[] {
  return CHANGE_KINDS.flatMap((kind) => {
    const tally = tallies[kind]
    if (tally === undefined) return []
    return [{ kind, tried: triedOf(tally), accepted: tally.outcomes.gain ?? 0, gain: tally.gain }]
  })
}

function triedOf({ outcomes }: LessonTally): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0)
}

/**
 * Gain for each attempt, in logarithms, which can be shared out: many small steps are worth less than a few large ones. One attempt
 * more is counted to each, so that one stroke of luck does not stand before what gained again and again.
 */
function promiseOf({ tried, gain }: Tally): number {
  return Math.log1p(gain) / (tried + PRIOR_ATTEMPTS)
}

function renderGained({ kind, tried, accepted, gain }: Tally): string {
  return `${KIND_NAMES[kind]} (${accepted} of ${tried}, ${renderPercent(gain)} in all)`
}

/** The gains of one scorer only: under an earlier one the same code may have been worth something else. */
function tellVersions({ versions, segmentBase }: RunState): string {
  const [first, ...others] = versions.slice(segmentBase)
  const since =
    first === undefined || first.number === 0 ? 'the seed' : `v${first.number}, with which the scorer changed`
  return `${renderCount(Math.max(0, versions.length - 1), 'version')}, ${renderPercent(multiplyGains(others))} over ${since}`
}

/** They have taught nothing. */
function tellSilent(ledger: RunState['ledger']): string {
  const silent = ledger.filter(({ outcome, solution }) => outcome === 'abandoned' && solution === undefined)
  return silent.length === 0 ? '' : ` In ${silent.length} of the ${ledger.length} nothing was submitted.`
}

/** By what attempts said of themselves, too: of a journal that was lost, or an earlier scorer, that is all there is. */
function listUntried({ ledger, lessons, lessonTallies }: RunState): readonly string[] {
  const tried = new Set<string>([
    ...Object.keys(lessonTallies),
    ...lessons.map(({ kind }) => kind),
    ...ledger.flatMap(({ solution }) => (solution === undefined ? [] : [kindOf(solution.summary)])),
  ])
  return CHANGE_KINDS.filter((kind) => kind !== 'other' && !tried.has(kind)).map((kind) => KIND_NAMES[kind])
}

function renderTable(tallies: LessonTallies): string {
  const rows = CHANGE_KINDS.flatMap((kind) => {
    const tally = tallies[kind]
    if (tally === undefined) return []
    const counts = LESSON_OUTCOMES.map((outcome) => tally.outcomes[outcome] ?? 0)
    return [`| ${[KIND_NAMES[kind], ...counts, renderPercent(tally.gain)].join(' | ')} |`]
  })
  if (rows.length === 0) return ''
  const header = ['kind of change', ...LESSON_OUTCOMES.map((outcome) => OUTCOME_NAMES[outcome]), 'in all']
  return [`| ${header.join(' | ')} |`, `|${'---|'.repeat(header.length)}`, ...rows].join('\n')
}

/** The largest gains first. */
function tellGains({ versions, segmentBase }: RunState): readonly string[] {
  return versions
    .slice(segmentBase + 1)
    .toSorted((a, b) => b.gain - a.gain)
    .slice(0, MAX_LINES)
    .map(({ number, gain, summary }) => `v${number}, ${renderPercent(gain)}: ${firstLine(summary)}`)
}

/** What was tried most often first. */
function tellFailures(lessons: readonly Lesson[]): readonly string[] {
  return lessons
    .filter(({ outcome, ofEarlierScorer }) => outcome !== 'gain' && !ofEarlierScorer)
    .toSorted((a, b) => b.times - a.times)
    .slice(0, MAX_LINES)
    .map(
      (lesson) =>
        `${nameOutcome(lesson)} in ${renderCount(lesson.times, 'attempt')}: ${firstLine(lesson.tried)} — ${firstLine(lesson.happened, 200)}`,
    )
}

function tellOverturned(lessons: readonly Lesson[]): readonly string[] {
  return lessons
    .filter(({ before }) => before.length > 0)
    .slice(-MAX_LINES)
    .map(
      (lesson) =>
        `${firstLine(lesson.before.at(-1) ?? '', 200)}; now ${nameOutcome(lesson)}: ${firstLine(lesson.tried)}`,
    )
}

/** The first of a list, and how many more there are. */
function cut(items: readonly string[], count: number): readonly string[] {
  return items.length <= count ? items : [...items.slice(0, count), `${items.length - count} more`]
}
