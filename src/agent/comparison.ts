import { type CorrectScore, type Direction, gainOver, type Score, scoreOf } from '../score.ts'
import { cutMiddle, renderApart, renderColumns, renderNumber, renderPercent } from '../text.ts'

/** A table of a score, a line per configuration, with the gain over a reference where there is one. */
export function renderComparison(
  score: CorrectScore,
  reference: CorrectScore | undefined,
  direction: Direction,
  referenceName: string,
): string {
  const header = ['configuration', 'score', ...(reference === undefined ? [] : [referenceName, 'gain'])]
  const row = (name: string, value: number, against: number | undefined): string[] => {
    if (reference === undefined) return [name, renderNumber(value)]
    if (against === undefined) return [name, renderNumber(value), '–', '–']
    return [name, ...renderApart(value, against), renderPercent(gainOver(value, against, direction))]
  }
  const rows = score.scores.map(({ configuration, value }) =>
    row(configuration, value, reference && scoreOf(reference, configuration)),
  )
  const mean = row('geometric mean', score.value, reference?.value)
  return renderColumns([header, ...rows, mean], [1, 2, 3])
}

/**
 * What `evaluate` tells the agent: the verdict in its first line, then the table or the reason. `doubt` goes behind the gain:
 * how far it can be trusted.
 */
export function renderEvaluation(
  score: Score,
  best: { readonly number: number; readonly score: CorrectScore },
  direction: Direction,
  doubt = '',
): string {
  if (!score.correct) {
    const details = [score.feedback, score.output && `Output:\n${cutMiddle(score.output, 8_000)}`]
    return [`Incorrect (${score.failure}): ${score.reason}`, ...details.filter(Boolean)].join('\n\n')
  }
  const gain = renderPercent(gainOver(score.value, best.score.value, direction))
  const [value, against] = renderApart(score.value, best.score.value)
  const headline = `Correct: ${value} against ${against} of v${best.number}, ${gain}${doubt}`
  const metrics = score.metrics && `Metrics: ${cutMiddle(JSON.stringify(score.metrics), 4_000)}`
  const table = renderComparison(score, best.score, direction, `v${best.number}`)
  return [headline, table, metrics, score.feedback && cutMiddle(score.feedback, 8_000)]
    .filter(Boolean)
    .join('\n\n')
}
