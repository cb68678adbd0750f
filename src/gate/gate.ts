import type { Verdict } from '../attempt.ts'
import type { Version } from '../lineage.ts'
import { type Direction, gainOver, type Score } from '../score.ts'
import { renderPercent } from '../text.ts'

/** What is accepted: only what is better, or also what is as good (a simplification, say). */
export type Acceptance = 'improvement' | 'improvement_or_equal'

/**
 * Decides on a score that was measured afresh, outside the agent: correct, and its geometric mean better than that of
 * the best version. An incorrect candidate is never better, whatever the direction.
 */
export function decide(score: Score, best: Version, direction: Direction, accept: Acceptance): Verdict {
  if (!score.correct) return { outcome: 'not-better', reason: score.reason, score, gain: null }

  const gain = gainOver(score.value, best.score.value, direction)
  const accepted = accept === 'improvement' ? gain > 0 : gain >= 0
  const measured = `${renderPercent(gain)} against v${best.number}`
  return {
    outcome: accepted ? 'better' : 'not-better',
    reason: accepted ? measured : `${measured}, measured afresh: not better`,
    score,
    gain,
  }
}
