import type { DiffBlock, DiffLine } from 'diff2html/lib-esm/types.js'
import { highlightLines, type Token } from './highlight.ts'

/** A line of a file beside what became of it: null where there is none. */
export interface DiffRow {
  readonly left: DiffCell | null
  readonly right: DiffCell | null
}

/** A line of one side. */
export interface DiffCell {
  readonly number: number
  readonly isChanged: boolean
  readonly tokens: readonly Token[]
  /** What differs from the line beside it: from which character to which; null where that is all or nothing of it. */
  readonly differs: readonly [number, number] | null
}

/** The lines of a block side by side, those that were removed beside those that took their place. */
export function toDiffRows({ lines }: DiffBlock, language: string | null): readonly DiffRow[] {
  const colours = {
    left: colourSide(lines, 'insert', language),
    right: colourSide(lines, 'delete', language),
  }
  const rows: DiffRow[] = []
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]
    if (line === undefined) break
    if (String(line.type) === 'context') {
      rows.push({
        left: cell(line, 'oldNumber', colours.left, null),
        right: cell(line, 'newNumber', colours.right, null),
      })
      at += 1
      continue
    }
    const removed = take(lines, at, 'delete')
    const added = take(lines, at + removed.length, 'insert')
    for (let index = 0; index < Math.max(removed.length, added.length); index++) {
      const [before, after] = [removed[index], added[index]]
      const [from, to] = before && after ? differences(textOf(before), textOf(after)) : [null, null]
      rows.push({
        left: before === undefined ? null : cell(before, 'oldNumber', colours.left, from),
        right: after === undefined ? null : cell(after, 'newNumber', colours.right, to),
      })
    }
    at += Math.max(1, removed.length + added.length)
  }
  return rows
}

function take(lines: readonly DiffLine[], from: number, type: string): readonly DiffLine[] {
  const end = lines.findIndex((line, index) => index >= from && String(line.type) !== type)
  return lines.slice(from, end === -1 ? lines.length : end)
}

/** The parser leaves the sign in front. */
function textOf({ content }: DiffLine): string {
  return content.slice(1)
}

function colourSide(
  lines: readonly DiffLine[],
  without: string,
  language: string | null,
): ReadonlyMap<DiffLine, readonly Token[]> {
  const side = lines.filter(({ type }) => String(type) !== without)
  const tokens = highlightLines(side.map(textOf), language)
  return new Map(side.map((line, index) => [line, tokens[index] ?? []]))
}

function cell(
  line: DiffLine,
  side: 'oldNumber' | 'newNumber',
  colours: ReadonlyMap<DiffLine, readonly Token[]>,
  differs: readonly [number, number] | null,
): DiffCell {
  const isChanged = String(line.type) !== 'context'
  return { number: line[side] ?? 0, isChanged, tokens: colours.get(line) ?? [], differs }
}

type Range = readonly [number, number] | null

/** What lies between the beginning and the end that two lines share; nothing where they share next to nothing. */
function differences(before: string, after: string): readonly [Range, Range] {
  const shortest = Math.min(before.length, after.length)
  let head = 0
  while (head < shortest && before[head] === after[head]) head += 1
  let tail = 0
  while (tail < shortest - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  if (head + tail < shortest / 3) return [null, null]
  return [
    [head, before.length - tail],
    [head, after.length - tail],
  ]
}
