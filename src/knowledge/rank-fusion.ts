/** How little the first ranks differ from each other: 60, as in the paper on reciprocal rank fusion. */
const DAMPING = 60

/**
 * Reciprocal rank fusion: ids with their relevance, best first. What is high in several rankings comes first; between equals,
 * what the first ranking has.
 */
export function fuseRankings(
  rankings: readonly (readonly string[])[],
): readonly (readonly [id: string, relevance: number])[] {
  const relevances = new Map<string, number>()
  for (const ranking of rankings) {
    for (const [rank, id] of ranking.entries()) {
      relevances.set(id, (relevances.get(id) ?? 0) + 1 / (DAMPING + rank + 1))
    }
  }
  return [...relevances].sort((a, b) => b[1] - a[1])
}
