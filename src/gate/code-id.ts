import { createHash } from 'node:crypto'
import type { Workspace } from '../lineage.ts'
import { stripComments } from './strip-comments.ts'

/** Trees that are remembered, so that those which are asked for again and again (the seed, the best version) are read once. */
const MAX_REMEMBERED = 100
const remembered = new WeakMap<Pick<Workspace, 'diff' | 'readFile'>, Map<string, string>>()

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
  const known = remembered.get(workspace) ?? new Map<string, string>()
  remembered.set(workspace, known)
  const key = `${seed} ${tree}`
  const codeId = known.get(key) ?? (await readAnew(workspace, seed, tree))
  known.delete(key)
  known.set(key, codeId)
  const [oldest = key] = known.keys()
  if (known.size > MAX_REMEMBERED) known.delete(oldest)
  return codeId
}

async function readAnew(
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
  const [before, after] = await Promise.all([workspace.readFile(seed, path), workspace.readFile(tree, path)])
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
