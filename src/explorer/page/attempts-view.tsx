import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import type { AttemptOutcome, RunView } from '../run-view.ts'
import { AttemptList } from './attempt-list.tsx'
import { AttemptPane } from './attempt-pane.tsx'
import { AttemptTip } from './attempt-tip.tsx'
import { Empty } from './empty.tsx'
import { Glyph, OUTCOME_LABELS } from './glyph.tsx'
import { Plot } from './plot.tsx'
import { go, route, setQuery } from './route.ts'
import { scoreChartOptions } from './score-chart.ts'
import { nearestAttempt, type ScoreChartSettings, toScorePoints } from './score-points.ts'
import type { RunSource } from './source.ts'
import { OUTCOMES, shownAttempts, shownOutcomes } from './store.ts'
import { Switch } from './switch.tsx'
import { isXAxis, X_AXES, type XAxis } from './x-axes.ts'

const CHART_HEIGHT = 300
/** Pixels that a hand moves while it clicks. */
const DRAG = 4

/** Every attempt: as points over time, as a list, and the one that is chosen in full. */
export function AttemptsView({
  view,
  source,
}: {
  readonly view: RunView
  readonly source: RunSource
}): JSX.Element {
  const chosen = Number(route.value.rest[0] ?? Number.NaN)
  if (view.attempts.length === 0) return <NoAttempts view={view} />
  const hasChosen = view.attempts.some(({ number }) => number === chosen)
  return (
    <div class={`attempts ${hasChosen ? 'has-chosen' : ''}`}>
      <div class="attempts-main">
        <ScoreChart view={view} chosen={hasChosen ? chosen : null} />
        <Filter view={view} />
        <AttemptList rows={shownAttempts.value} chosen={hasChosen ? chosen : null} view={view} />
      </div>
      {hasChosen && <AttemptPane key={`${view.id}/${chosen}`} view={view} number={chosen} source={source} />}
    </div>
  )
}

function NoAttempts({ view }: { readonly view: RunView }): JSX.Element {
  const { phase, ended } = view.status
  if (phase === 'new')
    return <Empty title="This run has not started yet.">avo run starts it; this page will follow.</Empty>
  if (phase === 'ended')
    return <Empty title="This run ended before its first attempt.">{ended?.message}</Empty>
  return (
    <Empty title="There is no attempt yet.">
      The seed is measured first, and how noisy the scorer is. The first attempt appears here as soon as it
      begins.
    </Empty>
  )
}

function ScoreChart({
  view,
  chosen,
}: {
  readonly view: RunView
  readonly chosen: number | null
}): JSX.Element {
  const { query } = route.value
  const over = query.get('x')
  const axis: XAxis = isXAxis(over) ? over : 'attempt'
  const isLog = query.get('y') === 'log'
  const hidden = new Set(query.get('hide')?.split('.') ?? [])
  const settings: ScoreChartSettings = {
    axis,
    isLog,
    showsNoise: !hidden.has('noise'),
    showsIntervals: !hidden.has('intervals'),
    showsLines: !hidden.has('lines'),
  }
  const rows = shownAttempts.value
  const shape = JSON.stringify([view.id, settings])
  const points = useMemo(
    () => toScorePoints(view, rows, settings),
    [view.attempts, view.versions, rows, shape],
  )
  const shown = useMemo(() => new Set(rows), [rows])
  const [isZoomed, setZoomed] = useState(false)
  const [tip, setTip] = useState<ReturnType<typeof nearestAttempt>>(null)
  const pressedAt = useRef(0)
  const chart = useRef<uPlot | null>(null)
  // What the chart asks for while it draws is what is shown now, not when it was made.
  const current = useRef({ points, shown, chosen, view })
  const wasChosen = current.current.chosen
  current.current = { points, shown, chosen, view }
  if (wasChosen !== chosen) queueMicrotask(() => chart.current?.redraw(false))

  const toggle = (name: string): void => {
    const next = new Set(hidden)
    if (!next.delete(name)) next.add(name)
    setQuery({ hide: [...next].join('.') })
  }
  const find = (event: MouseEvent): ReturnType<typeof nearestAttempt> => {
    const shownChart = chart.current
    if (shownChart === null) return null
    const box = shownChart.over.getBoundingClientRect()
    return nearestAttempt(shownChart, points, shown, event.clientX - box.left, event.clientY - box.top)
  }
  const otherScorer = describeOtherScorer(view)
  const hasNoise = view.environment.calibration?.sd != null
  return (
    <section class="chart" aria-label="Score of every attempt">
      <div class="toolbar">
        <label>
          over{' '}
          <select value={axis} onChange={(event) => setQuery({ x: event.currentTarget.value })}>
            {Object.entries(X_AXES).map(([name, { label }]) => (
              <option value={name} key={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <Switch label="log" isOn={isLog} onToggle={() => setQuery({ y: isLog ? '' : 'log' })} />
        {hasNoise && <Switch label="noise" isOn={settings.showsNoise} onToggle={() => toggle('noise')} />}
        <Switch label="intervals" isOn={settings.showsIntervals} onToggle={() => toggle('intervals')} />
        <Switch label="seed and bound" isOn={settings.showsLines} onToggle={() => toggle('lines')} />
        <span class="grow" />
        {isZoomed ? (
          <button type="button" onClick={() => chart.current?.setData(points.data, true)}>
            Show all
          </button>
        ) : (
          <span class="hint wide-only">Drag to zoom</span>
        )}
      </div>
      {/* biome-ignore lint/a11y: the list below gives the same to who has no mouse */}
      <div
        class="plot-box"
        onMouseMove={(event) => setTip(find(event))}
        onMouseLeave={() => setTip(null)}
        onMouseDown={({ clientX }) => {
          pressedAt.current = clientX
        }}
        onClick={(event) => {
          // Whoever has dragged wants to zoom.
          if (Math.abs(event.clientX - pressedAt.current) > DRAG) return
          const found = find(event)
          if (found !== null)
            go({ ...route.value, page: 'attempts', run: view.id, rest: [String(found.row.number)] })
        }}
      >
        <Plot
          shape={shape}
          height={CHART_HEIGHT}
          data={points.data}
          label={`Score of ${rows.length} attempts over ${X_AXES[axis].label}, with the best so far${otherScorer === '' ? '' : `. ${otherScorer}`}`}
          options={() => scoreChartOptions(view, settings, () => current.current, setZoomed)}
          onReady={(made) => {
            chart.current = made
          }}
        />
        {tip !== null && chart.current !== null && <AttemptTip {...tip} chart={chart.current} />}
      </div>
      {otherScorer !== '' && <p class="quiet">{otherScorer}</p>}
    </section>
  )
}

/** What is to be known of attempts that another scorer has measured; empty where there are none. */
function describeOtherScorer({ facts }: RunView): string {
  if (facts.otherScorerUpTo === 0) return ''
  const last = facts.otherScorerUpTo.toLocaleString('en-US')
  return `Attempts up to ${last} were measured by another scorer: their scores can't be compared, so they stand at the foot and the lines begin after them.`
}

/** Search, and the outcomes with their counts: what is chosen here is shown in chart and list. */
function Filter({ view }: { readonly view: RunView }): JSX.Element {
  const counts = useMemo(() => {
    const found = new Map<AttemptOutcome, number>()
    for (const { outcome } of view.attempts) found.set(outcome, (found.get(outcome) ?? 0) + 1)
    return found
  }, [view.attempts])
  const chosen = shownOutcomes.value
  const isAll = chosen.size === OUTCOMES.length
  const toggle = (outcome: AttemptOutcome): void => {
    const next = new Set(isAll ? [] : chosen)
    if (!next.delete(outcome)) next.add(outcome)
    setQuery({ outcome: next.size === 0 ? '' : [...next].join('.') })
  }
  const search = route.value.query.get('q') ?? ''
  return (
    <search class="filter">
      <input
        id="search"
        type="search"
        placeholder="Search attempts  /"
        aria-label="Search attempts"
        value={search}
        onInput={(event) => setQuery({ q: event.currentTarget.value })}
      />
      <div class="outcomes">
        {OUTCOMES.filter((outcome) => counts.has(outcome)).map((outcome) => (
          <button
            type="button"
            key={outcome}
            class={`chip ${chosen.has(outcome) ? '' : 'off'}`}
            aria-pressed={!isAll && chosen.has(outcome)}
            onClick={() => toggle(outcome)}
          >
            <Glyph outcome={outcome} /> {OUTCOME_LABELS[outcome]}{' '}
            <span class="count">{(counts.get(outcome) ?? 0).toLocaleString('en-US')}</span>
          </button>
        ))}
      </div>
    </search>
  )
}
