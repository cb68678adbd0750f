import type { SandboxName } from '../../src/sandbox/sandbox-choice.ts'
import { ANSWERS } from './candidates/answers.ts'
import { AUDITED } from './candidates/audited.ts'
import { CLOCK } from './candidates/clock.ts'
import { ENDINGS } from './candidates/endings.ts'
import { HONEST } from './candidates/honest.ts'
import { JUDGE } from './candidates/judge.ts'
import { LEAKS } from './candidates/leaks.ts'
import { PROCESSES } from './candidates/processes.ts'
import { STATE, TIMING } from './candidates/timing.ts'
import { type CandidateEntry, type CorpusLanguage, EVERYWHERE, LANGUAGES } from './entry.ts'

/** Every candidate of the corpus. */
export const CANDIDATES: readonly CandidateEntry[] = [
  ...JUDGE,
  ...CLOCK,
  ...TIMING,
  ...STATE,
  ...PROCESSES,
  ...ANSWERS,
  ...ENDINGS,
  ...LEAKS,
  ...HONEST,
  ...AUDITED,
]

/** A candidate as it is tried: an entry in a language. */
export interface Trial {
  readonly entry: CandidateEntry
  readonly language: CorpusLanguage
}

/** What comes of most entries does not depend on the backend, and a container takes longest to start. */
const EVERY_SIXTH = 6

/**
 * What is tried on a backend. With bubblewrap that is everything in all languages; elsewhere each entry in one language by
 * turns, and in containers a sixth of what plain processes withstand as well. The seed, which tells whether a backend works at
 * all, is scored in all languages everywhere.
 */
export function trialsOn(backend: SandboxName): readonly Trial[] {
  return CANDIDATES.flatMap((entry, index) => {
    const written = LANGUAGES.filter((language) => entry.edits[language] !== undefined)
    const all = written.map((language) => ({ entry, language }))
    if (!entry.promisedBy.includes(backend)) return []
    if (backend === 'bubblewrap' || entry.name === 'seed') return all
    if (backend === 'container' && !isPicked(entry)) return []
    return all.slice(index % written.length).slice(0, 1)
  })
}

/** By their place in their family, so that no family is left out. */
function isPicked({ family, name, promisedBy }: CandidateEntry): boolean {
  if (family === 'honest controls' || promisedBy !== EVERYWHERE) return true
  const others = CANDIDATES.filter((entry) => entry.family === family && entry.promisedBy === EVERYWHERE)
  return others.findIndex((entry) => entry.name === name) % EVERY_SIXTH === 0
}
