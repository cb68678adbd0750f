import type { JSX } from 'preact'
import { gainOver } from '../../score.ts'
import type { RunView } from '../run-view.ts'
import { renderNumber, renderPercent } from './format.ts'
import { ScrollBox } from './scroll-box.tsx'

/** The scores of both versions in each configuration, those included that the agent never hears of. */
export function DiffScores(props: {
  readonly from: string
  readonly to: string
  readonly view: RunView
}): JSX.Element | null {
  const [before, after] = [props.from, props.to].map((name) =>
    name.startsWith('v') ? props.view.versions[Number(name.slice(1))] : undefined,
  )
  if (before === undefined || after === undefined || before === after) return null
  const { direction } = props.view.facts
  const lines = [
    ...after.scores.map((score) => ({ ...score, isHidden: false })),
    ...after.holdout.map((score) => ({ ...score, isHidden: true })),
  ].map((score) => {
    const old = [...before.scores, ...before.holdout].find(
      ({ configuration }) => configuration === score.configuration,
    )
    return { ...score, old: old?.value ?? null }
  })
  return (
    <details>
      <summary>
        Scores: {renderNumber(before.score)} → {renderNumber(after.score)}
        {before.scorer === after.scorer ? '' : ', of different scorers: not to be compared'}
      </summary>
      <ScrollBox label="Scores in each configuration">
        <table class="plain">
          <thead>
            <tr>
              <th>configuration</th>
              <th class="number">v{before.number}</th>
              <th class="number">v{after.number}</th>
              <th class="number">as recorded</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ configuration, value, old, isHidden }) => (
              <tr key={configuration}>
                <td>
                  {configuration} {isHidden && <span class="quiet">hidden from the agent</span>}
                </td>
                <td class="number">{old === null ? '–' : renderNumber(old)}</td>
                <td class="number">{renderNumber(value)}</td>
                <td class="number">{old === null ? '' : renderPercent(gainOver(value, old, direction))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </details>
  )
}
