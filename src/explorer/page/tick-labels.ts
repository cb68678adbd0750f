import { digitsFor, renderDigits } from '../../text.ts'
import { renderPercent } from './format.ts'

/** Significant digits of a score, where fewer would do. */
const SCORE_DIGITS = 4

/** Scores, each with the digits that it takes to tell all of them apart. */
export function labelScores(scores: readonly number[]): readonly string[] {
  const digits = Math.max(SCORE_DIGITS, digitsFor(scores))
  return scores.map((score) => renderDigits(score, digits))
}

/** Gains, given as fractions, as percentages that can be told apart. */
export function labelGains(gains: readonly number[]): readonly string[] {
  const labels = gains.map(renderPercent)
  if (new Set(labels).size === gains.length) return labels
  const digits = digitsFor(gains)
  return gains.map((gain) => `${gain < 0 ? '-' : '+'}${renderDigits(Math.abs(100 * gain), digits)}%`)
}
