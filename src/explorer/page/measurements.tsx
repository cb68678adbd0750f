import type { JSX } from 'preact'
import { type Direction, gainOver } from '../../score.ts'
import type { AttemptDetail } from '../attempt-detail.ts'
import { renderDuration, renderMoment, renderNumber, renderPercent } from './format.ts'

/** What was measured of an attempt's candidates on its way, with what was said of them. */
export function Evaluations({ evaluations }: Pick<AttemptDetail, 'evaluations'>): JSX.Element | null {
  if (evaluations.length === 0) return null
  return (
    <details class="part">
      <summary>
        <h3>Evaluations ({evaluations.length})</h3>
      </summary>
      <ol class="evaluations">
        {evaluations.map(({ at, by, score, durationMs, scorerRuns }, index) => (
          <li key={index}>
            <div>
              <time dateTime={at} title={at}>
                {renderMoment(Date.parse(at))}
              </time>{' '}
              {by === 'gate' ? 'the gate' : 'the agent'}:{' '}
              {score.correct ? <b>{renderNumber(score.value)}</b> : <b class="incorrect">{score.failure}</b>}{' '}
              <span class="quiet">
                {scorerRuns === 1 ? '' : `${scorerRuns} runs, `}
                {renderDuration(durationMs)}
              </span>
            </div>
            {score.correct ? (
              <div class="quiet">
                {score.scores
                  .map(({ configuration, value }) => `${configuration}: ${renderNumber(value)}`)
                  .join(' · ')}
              </div>
            ) : (
              <div>{score.reason}</div>
            )}
            {score.feedback !== undefined && <pre>{score.feedback}</pre>}
            {!score.correct && score.output !== undefined && score.output !== '' && <pre>{score.output}</pre>}
          </li>
        ))}
      </ol>
    </details>
  )
}

/** The gate's rounds, each with what the solution had over the version that it was measured against. */
export function Rounds(
  props: Pick<AttemptDetail, 'rounds'> & { readonly direction: Direction },
): JSX.Element | null {
  const { rounds, direction } = props
  if (rounds.length === 0) return null
  return (
    <details class="part">
      <summary>
        <h3>Rounds of the gate ({rounds.length})</h3>
      </summary>
      <table class="plain">
        <thead>
          <tr>
            <th>for</th>
            <th class="number">solution</th>
            <th class="number">version</th>
            <th class="number">gain</th>
            <th class="number">took</th>
          </tr>
        </thead>
        <tbody>
          {rounds.map(({ stage, against, candidate, reference, durationMs }, index) => (
            <tr key={index}>
              <td>{stage}</td>
              <td class="number">{candidate.correct ? renderNumber(candidate.value) : candidate.failure}</td>
              <td class="number">
                {reference.correct ? `${renderNumber(reference.value)} (v${against})` : reference.failure}
              </td>
              <td class="number">
                {candidate.correct && reference.correct
                  ? renderPercent(gainOver(candidate.value, reference.value, direction))
                  : ''}
              </td>
              <td class="number">{renderDuration(durationMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
