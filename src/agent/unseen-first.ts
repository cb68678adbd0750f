import type { ShownLines } from '../events.ts'

/** Puts what the agent was shown already behind what it was not, each in the order in which it came. */
export function unseenFirst<Item extends ShownLines>(
  items: readonly Item[],
  shown: readonly ShownLines[],
): readonly Item[] {
  const isSeen = ({ document, lines: [first, last] }: Item): boolean =>
    shown.some(({ document: name, lines }) => name === document && lines[0] <= first && last <= lines[1])
  return [...items.filter((item) => !isSeen(item)), ...items.filter(isSeen)]
}
