import type { JSX } from 'preact'
import type { EnvironmentView as Environment, RunView } from '../run-view.ts'
import { Part } from './attempt-pane.tsx'
import { Empty } from './empty.tsx'
import { renderCount, renderMoment, renderSize } from './format.ts'
import { Meter } from './meter.tsx'
import { ScrollBox } from './scroll-box.tsx'

/** What the numbers were measured with: machine, scorer, isolation, noise. */
export function EnvironmentView({ view }: { readonly view: RunView }): JSX.Element {
  const { environment, facts } = view
  const { machine, scorer, sessions, calibration, notices } = environment
  const last = sessions.at(-1)
  if (last === undefined) return <Empty title="This run has not started yet." />
  const lines: readonly (readonly [string, string | null])[] = [
    ['machine', machine],
    ['scorer', scorer],
    ['isolation', last.sandbox],
    ['model', last.model],
    ['better is', facts.direction === 'maximize' ? 'higher' : 'lower'],
    ['configuration', facts.directory],
  ]
  return (
    <div class="environment">
      <table class="plain facts">
        <tbody>
          {lines.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value ?? <span class="quiet">not known yet</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Noise calibration={calibration} />
      <Part title={renderCount(sessions.length, 'session')}>
        <ScrollBox label="Sessions">
          <table>
            <thead>
              <tr>
                <th>started</th>
                <th>model</th>
                <th>isolation</th>
                <th>scorer</th>
              </tr>
            </thead>
            <tbody>
              {sessions.toReversed().map(({ at, model, sandbox, scorer: hash }) => (
                <tr key={at}>
                  <td>
                    <time dateTime={at} title={at}>
                      {renderMoment(Date.parse(at))}
                    </time>
                  </td>
                  <td>{model}</td>
                  <td>{sandbox}</td>
                  <td title={hash}>
                    <code>{hash.replace('sha256:', '').slice(0, 12)}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      </Part>
      {notices.length > 0 && (
        <Part title="What it warned of">
          <ul>
            {notices.toReversed().map(({ at, text }) => (
              <li key={`${at}${text}`}>
                <time dateTime={at} title={at} class="quiet">
                  {renderMoment(Date.parse(at))}
                </time>{' '}
                {text}
              </li>
            ))}
          </ul>
        </Part>
      )}
    </div>
  )
}

function Noise({ calibration }: Pick<Environment, 'calibration'>): JSX.Element {
  if (calibration === null)
    return (
      <Part title="Noise">
        <p class="quiet">It was not measured with the scorer in use.</p>
      </Part>
    )
  const { sd, floor, rounds, version, at, configurations } = calibration
  const most = Math.max(...configurations.map((one) => one.sd), 1e-12)
  return (
    <Part title="Noise">
      <p>
        {sd === null
          ? `${renderCount(rounds, 'round')} were measured, too few to tell it.`
          : sd === 0
            ? 'The scorer gives the same score every time.'
            : `Two copies of v${version} differ by ${renderSize(sd)} a round (standard deviation over ${rounds} rounds); a gain must be above ${renderSize(floor ?? 0)} to count.`}{' '}
        {at !== '' && (
          <time dateTime={at} title={at} class="quiet">
            Measured {renderMoment(Date.parse(at))}.
          </time>
        )}
      </p>
      {sd !== null && sd > 0 && (
        <ScrollBox label="Noise of each configuration">
          <table class="plain caps">
            <tbody>
              {configurations.map(({ configuration, sd: own }) => (
                <tr key={configuration}>
                  <th scope="row">{configuration}</th>
                  <td class="meter-cell">
                    <Meter
                      share={(0.79 * own) / most}
                      label={`noise of ${configuration}, beside the noisiest`}
                    />
                  </td>
                  <td class="number">{renderSize(own)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </Part>
  )
}
