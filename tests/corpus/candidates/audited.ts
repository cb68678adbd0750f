import { ATTACKS } from '../../../src/audit/attacks.ts'
import {
  type CandidateEntry,
  type CorpusLanguage,
  EVERYWHERE,
  FAMILIES,
  LANGUAGES,
  type Outcome,
  WHERE_ISOLATED,
} from '../entry.ts'

/** Attacks of `avo audit` that gain nothing, where a scorer is made with the kit; the others have no score. */
const WITHOUT_EFFECT: Readonly<Record<string, readonly CorpusLanguage[]>> = {
  'result-at-exit': LANGUAGES,
  daemon: LANGUAGES,
  clock: LANGUAGES,
  'loader-hooks': LANGUAGES,
  'answers-cached': LANGUAGES,
  // In Python it is an object of a class, which is no plain data; in JavaScript it calls itself a list and is read as one.
  'lazy-answer': ['javascript'],
}

/** What they need to find lies open where nothing isolates. */
const NEED_ISOLATION = ['result-at-exit', 'daemon', 'reference-called']

/** Not worth a minute of waiting. */
const ENDLESS = ['endless-loop']

/** The attacks of `avo audit`, as entries of the corpus. */
export const AUDITED: readonly CandidateEntry[] = ATTACKS.flatMap((attack) =>
  (['no effect', 'rejected'] as const).flatMap((outcome) => toEntry(attack, outcome)),
)

/** The entry for the languages that have this outcome; none where there is no such language. */
function toEntry(
  { name, family, does, edits }: (typeof ATTACKS)[number],
  outcome: Outcome,
): readonly CandidateEntry[] {
  const known = FAMILIES.find((one) => one === family)
  if (known === undefined) throw new Error(`the family of ${name} is none of the corpus: ${family}`)
  const own = LANGUAGES.flatMap((language) => {
    const edit = edits[language]
    const isOther = (WITHOUT_EFFECT[name]?.includes(language) ?? false) !== (outcome === 'no effect')
    // What it prints in JavaScript may get lost in part: whether it reaches the limit is a matter of chance.
    const isChance = name === 'output-bomb' && language === 'javascript'
    return edit === undefined || isOther || isChance ? [] : [[language, () => edit] as const]
  })
  if (own.length === 0) return []
  const entry: CandidateEntry = {
    name,
    family: known,
    what: does,
    outcome,
    isTimed: true,
    promisedBy: NEED_ISOLATION.includes(name) ? WHERE_ISOLATED : EVERYWHERE,
    edits: Object.fromEntries(own),
  }
  return [ENDLESS.includes(name) ? { ...entry, patienceSeconds: 3 } : entry]
}
