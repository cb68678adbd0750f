import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { RunView, VersionRow } from '../run-view.ts'
import { Empty } from './empty.tsx'
import { renderGain, renderMoment, renderNumber, renderPercent, renderUsd } from './format.ts'
import { go, renderRoute } from './route.ts'
import { ScrollBox } from './scroll-box.tsx'

/** The lineage as a list, the newest version first; any two can be put side by side. */
export function LineageView({ view }: { readonly view: RunView }): JSX.Element {
  const { versions } = view
  const [chosen, setChosen] = useState<readonly number[]>([])
  if (versions.length === 0)
    return (
      <Empty title="There is no version yet.">The seed becomes v0 as soon as it has been measured.</Empty>
    )
  const toggle = (number: number): void =>
    setChosen(
      chosen.includes(number) ? chosen.filter((one) => one !== number) : [...chosen.slice(-1), number],
    )
  const [from, to] = chosen.toSorted((a, b) => a - b)
  const { comparison, direct } = view.status
  const promised = `the steps multiply to ${renderPercent(versions.at(-1)?.overSeed ?? 0)} over the seed.`
  const isOld = direct?.version !== versions.length - 1
  return (
    <div class="lineage">
      <div class="toolbar">
        <p class="lead">
          {comparison !== null && `${comparison}. `}
          {isOld && `${comparison === null ? 'T' : 'Up to the newest version, t'}${promised.slice(1)}`}
        </p>
        <span class="grow" />
        <button
          type="button"
          disabled={to === undefined}
          onClick={() => go({ run: view.id, page: 'diff', rest: [`v${from}`, `v${to}`] })}
        >
          {to === undefined ? 'Tick two to compare' : `Compare v${from} with v${to}`}
        </button>
      </div>
      <ScrollBox label="Versions">
        <table class="versions">
          <thead>
            <tr>
              <th aria-label="compare" />
              <th>version</th>
              <th>what changed</th>
              <th class="wide-only" aria-label="gain as a bar" />
              <th class="number">gain</th>
              <th class="number">over v0</th>
              <th class="number">score</th>
              <th class="number">cost</th>
              <th class="number">attempt</th>
              <th>when</th>
            </tr>
          </thead>
          <tbody>
            {versions.toReversed().map((version) => (
              <VersionLine
                key={version.number}
                version={version}
                view={view}
                isChosen={chosen.includes(version.number)}
                onToggle={() => toggle(version.number)}
              />
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </div>
  )
}

function VersionLine(props: {
  readonly version: VersionRow
  readonly view: RunView
  readonly isChosen: boolean
  readonly onToggle: () => void
}): JSX.Element {
  const { version, view, isChosen } = props
  const { number, summary, documents, direction, gain, interval } = version
  const [title = '', ...rest] = summary.split('\n')
  const body = rest.join('\n').trim()
  const previous = version.base ?? Math.max(0, number - 1)
  return (
    <tr class={isChosen ? 'chosen' : ''}>
      <td>
        <input
          type="checkbox"
          checked={isChosen}
          onChange={props.onToggle}
          aria-label={`Compare v${number}`}
        />
      </td>
      <td>
        {number === 0 ? (
          <b class="version">v0</b>
        ) : (
          <a
            class="version"
            href={renderRoute({ run: view.id, page: 'diff', rest: [`v${previous}`, `v${number}`] })}
            title={`What it changed of v${previous}`}
          >
            v{number}
          </a>
        )}
      </td>
      <td class="change">
        {body === '' ? (
          title
        ) : (
          <details>
            <summary>{title}</summary>
            <p class="prose">{body}</p>
          </details>
        )}
        <Remarks version={version} documents={documents} direction={direction} />
      </td>
      <td class="wide-only">
        {number === 0 ? '' : <GainBar gain={gain} interval={interval} most={mostOf(view)} />}
      </td>
      <td class="number">{number === 0 ? '' : renderGain(gain, interval)}</td>
      <td class="number">{number === 0 ? '' : renderPercent(version.overSeed)}</td>
      <td class="number">{renderNumber(version.score)}</td>
      <td class="number">{version.ownCostUsd === null ? 'unknown' : renderUsd(version.ownCostUsd)}</td>
      <td class="number">
        {version.attempt === 0 ? (
          ''
        ) : (
          <a href={renderRoute({ run: view.id, page: 'attempts', rest: [String(version.attempt)] })}>
            {version.attempt}
          </a>
        )}
      </td>
      <td>
        <time dateTime={version.committedAt} title={version.committedAt}>
          {renderMoment(Date.parse(version.committedAt))}
        </time>
      </td>
    </tr>
  )
}

/** What it owes to documents and to the supervisor, and what one should know about its number. */
function Remarks(
  props: Pick<VersionRow, 'documents' | 'direction'> & { readonly version: VersionRow },
): JSX.Element | null {
  const { version, documents, direction } = props
  const remarks = [
    ...documents,
    ...(direction === null ? [] : [`direction ${direction.number}, ${direction.kind}`]),
    ...(version.base === null ? [] : [`from v${version.base}`]),
    ...(version.unconfirmed ? ['unconfirmed: too few rounds to prove it'] : []),
    ...(version.held ? ['implausible at first, measured again at length'] : []),
    ...(version.implausible === null ? [] : [`the scorer doubts it: ${version.implausible}`]),
  ]
  if (remarks.length === 0) return null
  return <div class="quiet remarks">{remarks.join(' · ')}</div>
}

function mostOf({ versions }: RunView): number {
  return Math.max(...versions.map(({ gain, interval }) => Math.log1p(interval?.high ?? gain)), 1e-9)
}

const BAR = 72

/** A gain and its interval as a bar; its length is that of the logarithm, so that bars add up. */
function GainBar(props: Pick<VersionRow, 'gain' | 'interval'> & { readonly most: number }): JSX.Element {
  const at = (gain: number): number => Math.max(0, (Math.log1p(gain) / props.most) * (BAR - 2))
  const { gain, interval } = props
  return (
    <svg class="gain-bar" width={BAR} height="10" viewBox={`0 0 ${BAR} 10`} aria-hidden="true">
      <rect x="0" y="3" width={at(gain)} height="4" />
      {interval !== null && (
        <path
          d={`M${at(interval.low)} 5H${at(interval.high)}M${at(interval.low)} 2V8M${at(interval.high)} 2V8`}
        />
      )}
    </svg>
  )
}
