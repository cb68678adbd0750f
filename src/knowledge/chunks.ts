import { firstLine } from '../text.ts'
import { readUnderlinedHeadings } from './underlined-headings.ts'

/** A piece of a document: whole lines that belong together. */
export interface Chunk {
  /** Headings from the document's first level down to the chunk; empty where the document has none. */
  readonly headings: readonly string[]
  /** First and last line, from 1. */
  readonly lines: readonly [number, number]
  readonly text: string
}

/** A heading of a document. */
export interface Heading {
  /** Index of its first line. */
  readonly at: number
  /** How many lines it takes. */
  readonly height: number
  readonly level: number
  readonly text: string
}

/** Lines from an index up to, and without, another. */
interface Span {
  readonly from: number
  readonly to: number
}

/** Sections are cut further to chunks of about this length. */
const CHUNK_CHARACTERS = 1_500
/** A paragraph up to this length stays whole (a function, a table); a longer one is cut at line ends. */
const PARAGRAPH_CHARACTERS = 4_000

const MARKDOWN_NAME = /(?:^|\/)[^./]+$|\.(?:md|markdown|mdx|txt|html?|xhtml|ipynb|pdf)$/i
const UNDERLINED_NAME = /\.(?:rst|rest)$/i
const HEADING = /^ {0,3}(#{1,6})[ \t]+(?=\S)/
const FENCE_OPENING = /^(?:[\s>*+-]|\d+[.)])*(`{3,}(?=[^`]*$)|~{3,})/
const FENCE_CLOSING = /^[\s>]*(`{3,}|~{3,})\s*$/

/** A text's lines, whatever ends them; the line break at the end of the text begins no further line. */
export function toLines(text: string): readonly string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** A document's first heading, or its file name. */
export function titleOf(name: string, text: string): string {
  const lines = toLines(text)
  return readHeadings(name, lines, readFences(lines))[0]?.text ?? name.slice(name.lastIndexOf('/') + 1)
}

/**
 * A document's chunks, in order: cut at headings of Markdown or reStructuredText, long sections at blank lines. Fenced code is
 * never cut. Documents that are neither by their name (source code, where `#` begins a comment) are cut at blank lines only,
 * before a line that is not indented where there is one, so that functions stay whole.
 */
export function toChunks(name: string, text: string): readonly Chunk[] {
  const lines = toLines(text)
  const fenced = readFences(lines)
  const headings = readHeadings(name, lines, fenced)
  const path: Heading[] = []
  const beforeFirst = toSectionChunks(lines, fenced, { from: 0, to: headings[0]?.at ?? lines.length }, path)
  const sections = headings.flatMap((heading, index) => {
    while ((path.at(-1)?.level ?? 0) >= heading.level) path.pop()
    path.push(heading)
    const next = headings[index + 1]
    const span = { from: heading.at, to: next?.at ?? lines.length }
    const isHeadingAlone = lines.slice(span.from + heading.height, span.to).every(isBlank)
    // A heading right above its first subsection says nothing by itself, and that subsection's path has it.
    if (isHeadingAlone && next !== undefined && next.level > heading.level) return []
    return toSectionChunks(lines, fenced, span, path)
  })
  return [...beforeFirst, ...sections]
}

/** For each line, whether it is inside a fenced block or one of its fences. A fence that nothing closes is plain text. */
export function readFences(lines: readonly string[]): readonly boolean[] {
  const fenced = lines.map(() => false)
  const shortestUnclosed = { '`': Number.POSITIVE_INFINITY, '~': Number.POSITIVE_INFINITY }
  for (let at = 0; at < lines.length; at++) {
    const fence = FENCE_OPENING.exec(lines[at] ?? '')?.[1]
    if (fence === undefined) continue
    const mark = fence.startsWith('~') ? '~' : '`'
    // Without this memory, a file of nothing but opening fences takes quadratic time.
    if (fence.length >= shortestUnclosed[mark]) continue
    let end = at + 1
    while (end < lines.length && !isClosing(lines[end] ?? '', fence)) end++
    if (end === lines.length) {
      shortestUnclosed[mark] = fence.length
      continue
    }
    fenced.fill(true, at, end + 1)
    at = end
  }
  return fenced
}

function isClosing(line: string, fence: string): boolean {
  return FENCE_CLOSING.exec(line)?.[1]?.startsWith(fence) ?? false
}

function readHeadings(
  name: string,
  lines: readonly string[],
  fenced: readonly boolean[],
): readonly Heading[] {
  if (UNDERLINED_NAME.test(name)) return readUnderlinedHeadings(lines)
  if (!MARKDOWN_NAME.test(name)) return []
  return lines.flatMap((line, at) => {
    const marks = fenced[at] ? null : HEADING.exec(line)
    if (marks === null) return []
    const text = line
      .slice(marks[0].length)
      .trim()
      .replace(/[ \t]#+$/, '')
    return [{ at, height: 1, level: marks[1]?.length ?? 1, text: firstLine(text) }]
  })
}

function toSectionChunks(
  lines: readonly string[],
  fenced: readonly boolean[],
  section: Span,
  path: readonly Heading[],
): readonly Chunk[] {
  const headings = path.map((heading) => heading.text)
  return pack(lines, toPieces(lines, fenced, section)).flatMap((span) => {
    let { from, to } = span
    while (from < to && isBlank(lines[from])) from++
    while (to > from && isBlank(lines[to - 1])) to--
    if (from === to) return []
    return [{ headings, lines: [from + 1, to], text: lines.slice(from, to).join('\n') }]
  })
}

/**
 * Paragraphs with the blank lines after them, an indented one with what comes before it; of a piece that is too long, its
 * paragraphs, and of a paragraph that is, its lines and fenced blocks.
 */
function toPieces(lines: readonly string[], fenced: readonly boolean[], section: Span): readonly Span[] {
  const isInsideFence = (at: number) => fenced[at] === true && fenced[at - 1] === true
  const isParagraph = (at: number) => !isInsideFence(at) && isBlank(lines[at - 1]) && !isBlank(lines[at])
  const isBlock = (at: number) => isParagraph(at) && !/^\s/.test(lines[at] ?? '')
  const cutLong = (isStart: (at: number) => boolean) => (span: Span) =>
    lengthOf(lines, span) <= PARAGRAPH_CHARACTERS ? [span] : cut(span, isStart)
  return cut(section, isBlock)
    .flatMap(cutLong(isParagraph))
    .flatMap(cutLong((at) => !isInsideFence(at)))
}

function cut(span: Span, isStart: (at: number) => boolean): readonly Span[] {
  const starts = [span.from]
  for (let at = span.from + 1; at < span.to; at++) if (isStart(at)) starts.push(at)
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? span.to }))
}

function pack(lines: readonly string[], pieces: readonly Span[]): readonly Span[] {
  const packed: Span[] = []
  let length = Number.POSITIVE_INFINITY
  for (const piece of pieces) {
    const last = packed.at(-1)
    const pieceLength = lengthOf(lines, piece)
    if (last !== undefined && length + pieceLength <= CHUNK_CHARACTERS) {
      packed[packed.length - 1] = { from: last.from, to: piece.to }
      length += pieceLength
    } else {
      packed.push(piece)
      length = pieceLength
    }
  }
  return packed
}

function lengthOf(lines: readonly string[], span: Span): number {
  let length = 0
  for (let at = span.from; at < span.to; at++) length += (lines[at]?.length ?? 0) + 1
  return length
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === ''
}
