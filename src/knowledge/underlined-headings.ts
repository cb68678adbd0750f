import { firstLine } from '../text.ts'
import type { Heading } from './chunks.ts'

const MARKS = /^([=\-~^"'`#*+.:_])\1*\s*$/

/**
 * Headings of reStructuredText: a line that is not indented, with a line of one mark below it that is as long, and maybe one
 * above. Which mark is which level follows from the order in which they come.
 */
export function readUnderlinedHeadings(lines: readonly string[]): readonly Heading[] {
  const styles: string[] = []
  const headings: Heading[] = []
  for (let at = 0; at + 1 < lines.length; at++) {
    const text = lines[at]?.trim() ?? ''
    const mark = markOf(lines[at + 1], text.length)
    if (mark === null || text === '' || MARKS.test(text)) continue
    const isOverlined = markOf(lines[at - 1], text.length) === mark
    if (!isOverlined && /^\s/.test(lines[at] ?? '')) continue
    const style = isOverlined ? `${mark} above` : mark
    if (!styles.includes(style)) styles.push(style)
    headings.push({
      at: isOverlined ? at - 1 : at,
      height: isOverlined ? 3 : 2,
      level: styles.indexOf(style) + 1,
      text: firstLine(text),
    })
    at++
  }
  return headings
}

/** The mark that a line consists of; null where it is another line, or shorter than a heading. */
function markOf(line: string | undefined, length: number): string | null {
  const mark = MARKS.exec(line ?? '')?.[1]
  return mark !== undefined && (line ?? '').trim().length >= length ? mark : null
}
