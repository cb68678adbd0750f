import { escapeXml } from './escape-xml.ts'
import { reveal } from './reveal.ts'

/** Nothing that is seen; it keeps apart what would do something together. */
const APART = '\u200b'

/** What people, issues and addresses are made into by those who show Markdown, whatever is escaped. */
const LIVE: readonly (readonly [RegExp, string])[] = [
  [/@/g, `@${APART}`],
  [/#(?=\d)/g, `#${APART}`],
  [/\b(GH-)(?=\d)/gi, `$1${APART}`],
  [/:\/\//g, `:${APART}//`],
  [/\bwww\./gi, `www${APART}.`],
]

/** What makes a line an item, a heading's underline, a rule or a row of a table. */
const STRUCTURE = /^(?:[-+](?=[-+\s]|$)|=|:(?=-)|\d+(?=[.)](?:\s|$)))/

/** A text of somebody else as Markdown that shows it and nothing else: no HTML, no links, no mentions, no lists or headings. */
export function escapeMarkdown(text: string): string {
  const escaped = reveal(text)
    .replace(/[\\`*_{}[\]<>&|~$]/g, '\\$&')
    .replace(/#(?!\d)/g, '\\#')
    .split('\n')
    .map((line) => line.trim().replace(STRUCTURE, escapeStart))
    .join('\n')
  return disarm(escaped)
}

/** The same for the inside of an HTML element. */
export function escapeHtml(text: string): string {
  return escapeXml(disarm(text))
}

/** What begins a list or a heading at the start of a line; of a number, the dot is what does. */
function escapeStart(start: string): string {
  return /\d/.test(start) ? `${start}${APART}` : `\\${start}`
}

function disarm(text: string): string {
  return LIVE.reduce((known, [pattern, apart]) => known.replace(pattern, apart), text)
}

/** A block of code that shows a text as it is. The text can't end it. */
export function fenceCode(text: string, language = ''): string {
  const shown = reveal(text).trimEnd()
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${shown}\n${fence}`
}

/** A table; the columns whose numbers are named in `right` are aligned to the right. Cells are Markdown of one line. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const rule = header.map((_name, column) => (right.includes(column) ? '---:' : '---'))
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** What is worth opening, with a line that says what it is. `summary` is HTML, `content` Markdown. */
export function fold(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`
}
