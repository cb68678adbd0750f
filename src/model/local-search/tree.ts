import { createHash } from 'node:crypto'

/** The solution's files that can be changed: path and text. */
export type Tree = ReadonlyMap<string, string>

/** Text to put in place of a stretch of a file; offsets are those of JavaScript strings. */
export interface Edit {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The tree after edits made one after the other, each in the text that the one before it left. */
export function applyEdits(tree: Tree, edits: readonly Edit[]): Tree {
  const files = new Map(tree)
  for (const { path, start, end, text } of edits) {
    const before = files.get(path) ?? ''
    files.set(path, before.slice(0, start) + text + before.slice(end))
  }
  return files
}

/** A short name for a tree's content. */
export function fingerprint(tree: Tree): string {
  const hash = createHash('sha256')
  for (const [path, text] of [...tree].sort()) hash.update(`${path}\0${text}\0`)
  return hash.digest('hex').slice(0, 8)
}
