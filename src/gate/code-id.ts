import { createHash } from 'node:crypto'
import type { Workspace } from '../lineage.ts'
import { stripComments } from './strip-comments.ts'

/** A line of the content always begins with another character. */
const SECTION = /^(?=diff --git )/m

/**
 * What a tree's code is: a hash over how it differs from the seed, comments and white space left out. Trees with the same one
 * do the same, so the verdict about one of them stands for the other.
 */
export async function readCodeId(
  workspace: Pick<Workspace, 'diff' | 'readFile'>,
  seed: string,
  tree: string,
): Promise<string> {
  const diff = await workspace.diff(seed, tree)
  // Without git there is no diff that shows what has changed.
  if (diff !== '' && !diff.startsWith('diff --git ')) return tree
  const changes: string[] = []
  for (const section of diff.split(SECTION)) changes.push(await readChange(workspace, seed, tree, section))
  return createHash('sha256')
    .update(changes.filter((change) => change !== '').join('\0'))
    .digest('hex')
}

/** The code of a changed file; empty where only comments and white space have changed; where that is unclear, the diff. */
async function readChange(
  workspace: Pick<Workspace, 'readFile'>,
  seed: string,
  tree: string,
  section: string,
): Promise<string> {
  const path = pathOf(section)
  if (path === null || /^(?:old|new|deleted) (?:file )?mode /m.test(section)) return section
  const [before, after] = [await workspace.readFile(seed, path), await workspace.readFile(tree, path)]
  if (before === null || after === null) return section
  const [codeBefore, codeAfter] = [stripComments(path, before), stripComments(path, after)]
  if (codeBefore === null || codeAfter === null) return section
  return codeBefore === codeAfter ? '' : `${path}\n${codeAfter}`
}

/** The file that a section is about: it stands there twice, `a/` before the one and `b/` before the other. */
function pathOf(section: string): string | null {
  const names = /^diff --git (.*)$/m.exec(section)?.[1] ?? ''
  const half = (names.length - 1) / 2
  const path = names.slice(2, half)
  return names === `a/${path} b/${path}` ? path : null
}
