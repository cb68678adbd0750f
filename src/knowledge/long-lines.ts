import { headOf } from '../text.ts'
import { readFences, toLines } from './chunks.ts'

/** No line is longer: a page can show it whole. */
export const LONGEST_LINE = 16_000
/** A line of prose or data is a passage of its own at this length. */
const LINE_CHARACTERS = 2_000
/** Before a letter or a digit: a line that begins otherwise may be read as a heading or a fence. */
const LAST_BREAK = /^.*\s(?=[\p{L}\p{N}])/su

/**
 * A text whose long lines (a transcript, minified JSON) are several, which put together are the same again: after white space
 * where there is some, never inside a character. Fenced code is read by line, recipes are: a line of it stays whole as long as a
 * page can show it.
 */
export function wrapLongLines(text: string): string {
  const lines = toLines(text)
  if (lines.every((line) => line.length <= LINE_CHARACTERS)) return text
  const fenced = readFences(lines)
  return lines.flatMap((line, at) => wrap(line, fenced[at] ? LONGEST_LINE : LINE_CHARACTERS)).join('\n')
}

function wrap(line: string, length: number): readonly string[] {
  const pieces: string[] = []
  let rest = line
  while (rest.length > length) {
    const piece = LAST_BREAK.exec(rest.slice(0, length + 1))?.[0] ?? headOf(rest, length)
    pieces.push(piece)
    rest = rest.slice(piece.length)
  }
  return [...pieces, rest]
}
