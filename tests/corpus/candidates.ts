import { ANSWERS } from './candidates/answers.ts'
import { AUDITED } from './candidates/audited.ts'
import { CLOCK } from './candidates/clock.ts'
import { ENDINGS } from './candidates/endings.ts'
import { HONEST } from './candidates/honest.ts'
import { JUDGE } from './candidates/judge.ts'
import { LEAKS } from './candidates/leaks.ts'
import { PROCESSES } from './candidates/processes.ts'
import { STATE, TIMING } from './candidates/timing.ts'
import { type CandidateEntry, type CorpusLanguage, LANGUAGES } from './entry.ts'

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

/** The languages that an entry is written in. */
export function languagesOf({ edits }: CandidateEntry): readonly CorpusLanguage[] {
  return LANGUAGES.filter((language) => edits[language] !== undefined)
}
