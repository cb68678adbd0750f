/** What a diff does to lines, white space left out, and without those that only moved. */
export interface LineChanges {
  readonly added: ReadonlySet<string>
  readonly removed: ReadonlySet<string>
}

/** A change that brings back what was taken out. */
export interface Readded {
  /** The attempt that took out most of the lines. */
  readonly attempt: number
  /** Lines that the change adds and that were taken out before, by whichever attempt. */
  readonly lines: readonly string[]
  /** Lines that the change adds, those without meaning left out. */
  readonly added: number
  /** Whether most of the change is most of what that one attempt took out: its idea again, and not a part of it or several together. */
  readonly isRetyped: boolean
}

/** A shorter line (`} else {`, `return result`) comes again by chance. */
const MIN_LINE_CHARACTERS = 16
/** Fewer lines are no idea. */
const MIN_LINES = 3

/** Reads a unified diff. Only lines that are long enough to mean something count. */
export function readLineChanges(diff: string): LineChanges {
  const added = new Set<string>()
  const removed = new Set<string>()
  let isHunk = false
  for (const line of diff.split('\n')) {
    if (line.startsWith('@@')) isHunk = true
    else if (line.startsWith('diff ')) isHunk = false
    else if (isHunk && /^[+-]/.test(line)) {
      const text = line.slice(1).replace(/\s+/g, ' ').trim()
      if (text.length >= MIN_LINE_CHARACTERS) (line.startsWith('+') ? added : removed).add(text)
    }
  }
  return { added: added.difference(removed), removed: removed.difference(added) }
}

/**
 * Whether most lines that a change adds were taken out before.
 *
 * @param takenOut lines that are not in the solution any more, each with the attempts that took it out, the last at the end
 * @param sizes how many lines each attempt took out
 */
export function findReadded(
  added: ReadonlySet<string>,
  takenOut: ReadonlyMap<string, readonly number[]>,
  sizes: ReadonlyMap<number, number>,
): Readded | null {
  const isMost = (count: number): boolean => count >= MIN_LINES && count * 2 > added.size
  const lines = [...added].filter((line) => takenOut.has(line))
  if (!isMost(lines.length)) return null
  const byAttempt = Map.groupBy(lines, (line) => takenOut.get(line)?.at(-1) ?? 0)
  const [most] = [...byAttempt].toSorted(([, a], [, b]) => b.length - a.length)
  if (most === undefined) return null
  const [attempt, own] = most
  const isWhole = own.length * 2 > (sizes.get(attempt) ?? 0)
  return { attempt, lines, added: added.size, isRetyped: isMost(own.length) && isWhole }
}
