/** Ids, best first, and how much this order counts beside others. */
export interface Ranking {
  readonly ids: readonly string[]
  readonly weight: number
}

/**
 * How little the first ranks differ from each other. The paper on reciprocal rank fusion has 60, for dozens of rankings of a
 * thousand; of two short ones, the first of either must not lose to what is in the middle of both.
 */
const DAMPING = 10

/**
 * Reciprocal rank fusion: ids with their relevance, best first. What is high in several rankings comes first; between equals,
 * what the first ranking has.
 */
export function fuseRankings(
  rankings: readonly Ranking[],
): readonly (readonly [id: string, relevance: number])[] {
  const relevances = new Map<string, number>()
  for (const { ids, weight } of rankings) {
    for (const [rank, id] of ids.entries()) {
      relevances.set(id, (relevances.get(id) ?? 0) + weight / (DAMPING + rank + 1))
    }
  }
  return [...relevances].sort((a, b) => b[1] - a[1])
}
