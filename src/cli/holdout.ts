import type { ConfigurationScore } from '../score.ts'
import { renderColumns, renderNumber } from '../text.ts'

/** Scores of hidden configurations, for the person: a line each. */
export function renderHoldout(holdout: readonly ConfigurationScore[]): string {
  return renderColumns(
    holdout.map(({ configuration, value }) => [configuration, renderNumber(value)]),
    [1],
  )
}
