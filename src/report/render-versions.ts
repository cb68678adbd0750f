import { multiplyGains } from '../lineage.ts'
import {
  cutToHead,
  firstLine,
  renderCount,
  renderGain,
  renderNumber,
  renderPercent,
  renderUsd,
} from '../text.ts'
import { escapeHtml, escapeMarkdown, fenceCode, fold, renderTable } from './markdown.ts'
import type { ReportedVersion } from './report.ts'

/** Rows of a table that somebody reads: the first ones and the last ones. */
const FIRST_ROWS = 10
const LAST_ROWS = 40
/** Of the room for what was accepted: most is for the diffs, the rest for what the agent says about them. */
const DIFF_SHARE = 0.7
const MAX_DIFF = 6_000
const MAX_WORDS = 1_500
/** A diff of less says nothing. */
const LEAST_DIFF = 200

/** The lineage as a table; of a long one its beginning and its end. */
export function renderVersionTable(versions: readonly ReportedVersion[]): string {
  let product = 1
  const rows = versions.map((version) => {
    product *= 1 + multiplyGains([version])
    const { number, attempt, score, costUsd, summary } = version
    const [gain, overSeed] = number === 0 ? ['', ''] : [renderMeasured(version), renderPercent(product - 1)]
    return [
      `v${number}`,
      number === 0 ? '' : String(attempt),
      gain,
      overSeed,
      renderNumber(score),
      costUsd === null ? '?' : renderUsd(costUsd),
      escapeMarkdown(firstLine(summary, 80)),
    ]
  })
  const left = rows.length - FIRST_ROWS - LAST_ROWS
  const gap = ['…', '', '', '', '', '', renderCount(left, 'more version')]
  const shown = left <= 0 ? rows : [...rows.slice(0, FIRST_ROWS), gap, ...rows.slice(-LAST_ROWS)]
  return renderTable(
    ['', 'attempt', 'gain', 'over v0', 'score', 'cost', 'what changed'],
    shown,
    [1, 2, 3, 4, 5],
  )
}

/**
 * Each version that has a diff, to be opened: what changed and why, what it rests on, the diff.
 *
 * @param room characters for all of them together, as they are before they are escaped
 */
export function renderChanges(versions: readonly ReportedVersion[], room: number): string {
  const withDiff = versions.filter(({ diff }) => diff !== null)
  const each = room / Math.max(1, withDiff.length)
  const told = DIFF_SHARE * each < LEAST_DIFF ? [] : withDiff
  const left = versions.length - 1 - told.length
  const parts = told.map((version) =>
    renderChange(version, {
      diff: Math.min(MAX_DIFF, Math.floor(DIFF_SHARE * each)),
      words: Math.min(MAX_WORDS, Math.floor((1 - DIFF_SHARE) * each)),
    }),
  )
  const more = left > 0 ? [`${renderCount(left, 'more version')}: \`avo show vN\` has their diffs.`] : []
  return [...parts, ...more].join('\n\n')
}

function renderChange(
  version: ReportedVersion,
  room: { readonly diff: number; readonly words: number },
): string {
  const { number, summary, documents = [], base, diff } = version
  const [, ...why] = summary.trim().split('\n')
  const notes = [
    ...(base === undefined ? [] : [`The work on it began from v${base}.`]),
    ...(documents.length === 0
      ? []
      : [`Knowledge: ${escapeMarkdown(firstLine(documents.join(', '), room.words))}`]),
  ]
  const content = [
    escapeMarkdown(cutToHead(why.join('\n').trim(), room.words)),
    ...notes,
    fenceCode(cutLines(diff ?? '', room.diff), 'diff'),
  ]
  return fold(
    `v${number}, ${escapeHtml(renderMeasured(version))}: ${escapeHtml(firstLine(summary))}`,
    content.filter((part) => part !== '').join('\n\n'),
  )
}

/** A gain with its interval, and what is to be known about it. */
function renderMeasured({ gain, evidence }: ReportedVersion): string {
  const measured = renderGain(gain, evidence?.interval ?? null)
  const notes = [
    evidence?.unconfirmed === true && 'unconfirmed',
    evidence?.held != null && 'measured again at length',
  ]
  const said = notes.filter((note) => note !== false)
  return said.length === 0 ? measured : `${measured} (${said.join(', ')})`
}

/** The first whole lines of a text that fit, and how many are missing. */
function cutLines(text: string, length: number): string {
  if (text.length <= length) return text
  const head = text.slice(0, text.lastIndexOf('\n', length) + 1 || length)
  const left = text.slice(head.length).split('\n').length
  return `${head.trimEnd()}\n… ${renderCount(left, 'more line')}`
}
