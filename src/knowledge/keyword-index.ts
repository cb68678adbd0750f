import { toTerms } from './terms.ts'

/** Finds texts by their words (BM25): the rarer the word, the more it says. Kept in memory. */
export interface KeywordIndex {
  add(id: string, text: string): void
  remove(ids: ReadonlySet<string>): void
  /** Ids of the texts that have words of the query, best first. */
  search(query: string, limit: number): readonly string[]
}

/** How soon further occurrences of a word stop counting, and how much a long text is held against it. */
const SATURATION = 1.2
const LENGTH_PENALTY = 0.75

/** An empty index. */
export function createKeywordIndex(): KeywordIndex {
  const occurrences = new Map<string, Map<string, number>>()
  const lengths = new Map<string, number>()
  let totalLength = 0

  return {
    add(id, text) {
      const terms = toTerms(text)
      lengths.set(id, terms.length)
      totalLength += terms.length
      for (const term of terms) {
        const texts = occurrences.get(term) ?? new Map<string, number>()
        texts.set(id, (texts.get(id) ?? 0) + 1)
        occurrences.set(term, texts)
      }
    },

    remove(ids) {
      for (const id of ids) {
        totalLength -= lengths.get(id) ?? 0
        lengths.delete(id)
      }
      for (const [term, texts] of occurrences) {
        for (const id of ids) texts.delete(id)
        if (texts.size === 0) occurrences.delete(term)
      }
    },

    search(query, limit) {
      const meanLength = totalLength / lengths.size
      const relevances = new Map<string, number>()
      for (const term of new Set(toTerms(query))) {
        const texts = occurrences.get(term)
        if (texts === undefined) continue
        const rarity = Math.log(1 + (lengths.size - texts.size + 0.5) / (texts.size + 0.5))
        for (const [id, count] of texts) {
          const lengthRatio = (lengths.get(id) ?? meanLength) / meanLength
          const damping = SATURATION * (1 - LENGTH_PENALTY + LENGTH_PENALTY * lengthRatio)
          const relevance = (rarity * count * (SATURATION + 1)) / (count + damping)
          relevances.set(id, (relevances.get(id) ?? 0) + relevance)
        }
      }
      return [...relevances]
        .sort((a, b) => b[1] - a[1])
        .slice(0, limit)
        .map(([id]) => id)
    },
  }
}
