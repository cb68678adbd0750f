import picomatch from 'picomatch'
import type { PassageFilter } from './knowledge.ts'
import type { IndexedChunk } from './vectra-shard.ts'

type Matcher = (chunk: Pick<IndexedChunk, 'document' | 'headings'>) => boolean

/** Whether a passage is one that a search is about; undefined where it is about all of them, as where nothing is named. */
export function createPassageMatcher({ documents = '', heading = '' }: PassageFilter): Matcher | undefined {
  const conditions: Matcher[] = []
  const glob = documents.trim().replace(/\/+$/, '')
  if (glob !== '') {
    const isAsked = createNameMatcher(glob)
    conditions.push(({ document }) => isAsked(document))
  }
  const wanted = heading.trim().toLowerCase()
  if (wanted !== '') {
    conditions.push(({ headings }) => headings.some((text) => text.toLowerCase().includes(wanted)))
  }
  return conditions.length === 0 ? undefined : (chunk) => conditions.every((holds) => holds(chunk))
}

/** A glob without a slash is about the file's name, in whatever folder; a folder is what is in it. */
function createNameMatcher(glob: string): (name: string) => boolean {
  const options = { dot: true, nocase: true, noextglob: true }
  const matches = picomatch([glob, `${glob}/**`, ...(glob.includes('/') ? [] : [`**/${glob}`])], options)
  const known = new Map<string, boolean>()
  return (name) => {
    // A document's own name is meant as it is, whatever marks of a glob it has.
    const isMatch = known.get(name) ?? (name === glob || matches(name))
    known.set(name, isMatch)
    return isMatch
  }
}
