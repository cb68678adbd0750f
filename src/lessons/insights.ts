import type { RunState } from '../journal.ts'
import {
  CHANGE_KINDS,
  type ChangeKind,
  LESSON_OUTCOMES,
  type Lesson,
  type LessonTallies,
  nameOutcome,
  OUTCOME_NAMES,
} from '../lesson.ts'
import { multiplyGains } from '../lineage.ts'
import { findUnread } from '../state/document-use.ts'
import { firstLine, renderCount, renderPercent } from '../text.ts'
import { KIND_NAMES } from './lesson-documents.ts'

/** What a search has learnt so far. */
export interface Insights {
  /** A page in Markdown. */
  readonly page: string
  /** Three lines of it at most, for the agent's briefing and for the person. */
  readonly gist: string
}

/** How often changes of a kind were tried, and what came of them. */
interface Tally {
  readonly kind: ChangeKind
  readonly tried: number
  readonly gained: number
  /** What the gains multiply to, as a fraction. */
  readonly gain: number
}

const MAX_LINES = 8
const MAX_DOCUMENTS = 20
/** Of each list in the gist. */
const MAX_NAMED = 3
/** Times that a kind must have been tried without a gain before it is said that it does not work. */
const ENOUGH = 3

/** What a search could draw on: names of documents, and directions that have brought no version yet. */
export interface Offers {
  readonly documents: readonly string[]
  readonly directions: readonly string[]
}

/** What works, what does not, and what nobody has tried. */
export function drawInsights(state: RunState, { documents, directions }: Offers): Insights {
  const { ledger, versions, lessons, lessonTallies } = state
  const tallies = CHANGE_KINDS.map((kind) => tally(kind, lessonTallies))
  const unread = findUnread(
    documents.map((document) => ({ document })),
    state.documents,
  ).map(({ document }) => document)
  const lists = [
    ['What works', tellGains(state)],
    ['What does not', tellFailures(lessons)],
    ['What is no longer true', tellOverturned(lessons)],
    ['Kinds of change that nobody has tried', untriedOf(tallies)],
    ['Documents that were never read', cut(unread, MAX_DOCUMENTS)],
    ['Directions that nobody has followed yet', directions.map((text) => firstLine(text, 300))],
  ] as const
  const page = [
    `# What ${renderCount(ledger.length, 'attempt')} ${ledger.length === 1 ? 'has' : 'have'} shown`,
    `${renderCount(Math.max(0, versions.length - 1), 'version')}, ${renderPercent(multiplyGains(versions))} over the seed; ${renderCount(state.failedAttempts, 'attempt')} since the last.${tellSilent(ledger)}`,
    renderTable(lessonTallies),
    ...lists.flatMap(([heading, lines]) =>
      lines.length === 0 ? [] : [[`## ${heading}`, '', ...lines.map((line) => `- ${line}`)].join('\n')],
    ),
  ]
  return { page: `${page.filter((part) => part !== '').join('\n\n')}\n`, gist: renderGist(tallies, unread) }
}

function renderGist(tallies: readonly Tally[], unread: readonly string[]): string {
  const share = ({ kind, tried, gained }: Tally): string => `${KIND_NAMES[kind]} (${gained} of ${tried})`
  const shareWithGain = ({ kind, tried, gained, gain }: Tally): string =>
    `${KIND_NAMES[kind]} (${gained} of ${tried}, ${renderPercent(gain)} in all)`
  const works = tallies
    .filter(({ gained }) => gained > 0)
    .sort((a, b) => gainPerAttempt(b) - gainPerAttempt(a))
  const fails = tallies
    .filter(({ tried, gained }) => gained === 0 && tried >= ENOUGH)
    .sort((a, b) => b.tried - a.tried)
  const untried = [...cut(untriedOf(tallies), MAX_NAMED), ...cut(unread, MAX_NAMED)]
  return [
    works.length > 0 &&
      `Gained, the most an attempt first: ${cut(works.map(shareWithGain), MAX_NAMED).join(', ')}.`,
    fails.length > 0 && `Never gained: ${cut(fails.map(share), MAX_NAMED).join(', ')}.`,
    untried.length > 0 && `Untried or unread: ${untried.join(', ')}.`,
  ]
    .filter((line) => line !== false)
    .join('\n')
}

function tally(kind: ChangeKind, tallies: LessonTallies): Tally {
  const { outcomes, gain } = tallies[kind] ?? { outcomes: {}, gain: 0 }
  const tried = Object.values(outcomes).reduce((sum, count) => sum + count, 0)
  return { kind, tried, gained: outcomes.gain ?? 0, gain }
}

/** Many small gains are worth less than a few large ones: the logarithm is what can be shared out among attempts. */
function gainPerAttempt({ tried, gain }: Tally): number {
  return Math.log1p(gain) / tried
}

/** They have taught nothing. */
function tellSilent(ledger: RunState['ledger']): string {
  const silent = ledger.filter(({ outcome, solution }) => outcome === 'abandoned' && solution === undefined)
  return silent.length === 0 ? '' : ` In ${silent.length} of the ${ledger.length} nothing was submitted.`
}

function untriedOf(tallies: readonly Tally[]): readonly string[] {
  return tallies
    .filter(({ kind, tried }) => tried === 0 && kind !== 'other')
    .map(({ kind }) => KIND_NAMES[kind])
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
function tellGains({ versions }: RunState): readonly string[] {
  return versions
    .slice(1)
    .toSorted((a, b) => b.gain - a.gain)
    .slice(0, MAX_LINES)
    .map(({ number, gain, summary }) => `v${number}, ${renderPercent(gain)}: ${firstLine(summary)}`)
}

/** What was tried most often first. */
function tellFailures(lessons: readonly Lesson[]): readonly string[] {
  return lessons
    .filter(({ outcome }) => outcome !== 'gain')
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
