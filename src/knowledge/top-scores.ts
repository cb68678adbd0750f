/** Where the highest of the scores are, best first; between equals, the first. Scores of zero and less are none. */
export function topScores(scores: Float64Array, limit: number): readonly number[] {
  const top: number[] = []
  let least = 0
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] ?? 0
    if (!(score > least)) continue
    let place = top.length
    while (place > 0 && score > (scores[top[place - 1] ?? 0] ?? 0)) place--
    top.splice(place, 0, at)
    if (top.length > limit) top.pop()
    if (top.length === limit) least = scores[top[limit - 1] ?? 0] ?? 0
  }
  return top
}
