import { toTerms } from './terms.ts'

/** Share of what two texts say that both say, from which on the second tells nobody anything new. */
const SAME = 0.9
/** Texts are compared by so many words in a row: a changed number or name counts more than one word among many. */
const WORDS_IN_A_ROW = 3

/** The texts, in their order, without those that say almost the same as one before them; `limit` of them at most. */
export function dropNearDuplicates<Item>(
  items: readonly Item[],
  textOf: (item: Item) => string,
  limit: number,
): readonly Item[] {
  const kept: { readonly item: Item; readonly phrases: ReadonlySet<string> }[] = []
  for (const item of items) {
    if (kept.length >= limit) break
    const phrases = toPhrases(textOf(item))
    if (kept.every((other) => !isSame(other.phrases, phrases))) kept.push({ item, phrases })
  }
  return kept.map(({ item }) => item)
}

function toPhrases(text: string): ReadonlySet<string> {
  const terms = toTerms(text)
  if (terms.length === 0) return new Set([text])
  const last = Math.max(0, terms.length - WORDS_IN_A_ROW)
  return new Set(Array.from({ length: last + 1 }, (_, at) => terms.slice(at, at + WORDS_IN_A_ROW).join(' ')))
}

/** By the shared part of all that they say (Jaccard). */
function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const [smaller, larger] = one.size < other.size ? [one, other] : [other, one]
  if (smaller.size < SAME * larger.size) return false
  let shared = 0
  for (const phrase of smaller) if (larger.has(phrase)) shared++
  return shared >= SAME * (one.size + other.size - shared)
}
