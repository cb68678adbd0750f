import type { JSX } from 'preact'
import type { RunView } from '../run-view.ts'
import { DiffFiles } from './diff-files.tsx'
import { DiffScores } from './diff-scores.tsx'
import { Failure } from './failure.tsx'
import { renderGain, renderNumber } from './format.ts'
import { useLoaded } from './load.ts'
import { go, renderRoute, route, setQuery } from './route.ts'
import type { RunSource } from './source.ts'
import { Switch } from './switch.tsx'

/** How the files of two versions, or of a version and what an attempt submitted, differ. */
export function DiffView({
  view,
  source,
}: {
  readonly view: RunView
  readonly source: RunSource
}): JSX.Element {
  const { rest, query } = route.value
  const newest = view.versions.length - 1
  const [from = `v${Math.max(0, newest - 1)}`, to = `v${newest}`] = rest
  const isUnified = query.get('as') === 'unified' || (query.get('as') !== 'split' && window.innerWidth < 700)
  const loaded = useLoaded(() => source.readDiff(view.id, from, to), `${view.id}/${from}/${to}`)
  const choose = (left: string, right: string): void =>
    go({ ...route.value, run: view.id, page: 'diff', rest: [left, right] }, true)
  return (
    <div class="diff-view">
      <div class="toolbar">
        <Choice label="from" value={from} view={view} onChoose={(name) => choose(name, to)} />
        <Choice label="to" value={to} view={view} onChoose={(name) => choose(from, name)} />
        <Steps from={from} to={to} view={view} onChoose={choose} />
        <span class="grow" />
        <Switch
          label="unified"
          isOn={isUnified}
          onToggle={() => setQuery({ as: isUnified ? 'split' : 'unified' })}
        />
      </div>
      <Heading name={to} from={from} view={view} />
      <DiffScores from={from} to={to} view={view} />
      {loaded.state === 'loading' && <p class="quiet">Reading the files…</p>}
      {loaded.state === 'failed' && <Failure error={loaded.error} />}
      {loaded.state === 'there' && (
        <DiffFiles diff={loaded.value.diff} left={loaded.value.left} isUnified={isUnified} />
      )}
    </div>
  )
}

function Choice(props: {
  readonly label: string
  readonly value: string
  readonly view: RunView
  readonly onChoose: (name: string) => void
}): JSX.Element {
  const { label, value, view, onChoose } = props
  const names = view.versions.map(({ number }) => `v${number}`)
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {!names.includes(value) && <option value={value}>{value.replace(/^a/, 'attempt ')}</option>}
        {view.versions.toReversed().map(({ number, score }) => (
          <option value={`v${number}`} key={number}>
            v{number} · {renderNumber(score)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** To the diff of the version before or after. */
function Steps(props: {
  readonly from: string
  readonly to: string
  readonly view: RunView
  readonly onChoose: (from: string, to: string) => void
}): JSX.Element | null {
  const number = /^v(\d+)$/.exec(props.to)?.[1]
  if (number === undefined) return null
  const at = Number(number)
  const step = (version: number): void => props.onChoose(`v${version - 1}`, `v${version}`)
  return (
    <span class="steps">
      <button type="button" disabled={at <= 1} onClick={() => step(at - 1)} title="The version before">
        ← v{Math.max(1, at - 1)}
      </button>
      <button
        type="button"
        disabled={at >= props.view.versions.length - 1}
        onClick={() => step(at + 1)}
        title="The version after"
      >
        v{Math.min(props.view.versions.length - 1, at + 1)} →
      </button>
    </span>
  )
}

function Heading({
  name,
  from,
  view,
}: {
  readonly name: string
  readonly from: string
  readonly view: RunView
}): JSX.Element | null {
  const number = Number(name.slice(1))
  if (name.startsWith('a'))
    return (
      <h2 class="diff-title">
        <a href={renderRoute({ run: view.id, page: 'attempts', rest: [String(number)] })}>Attempt {number}</a>{' '}
        against {from}
      </h2>
    )
  const version = view.versions[number]
  if (version === undefined) return null
  return (
    <h2 class="diff-title">
      v{number}: {version.summary.split('\n')[0]}{' '}
      <span class="quiet">{number === 0 ? '' : renderGain(version.gain, version.interval)}</span>
    </h2>
  )
}
