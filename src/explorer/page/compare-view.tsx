import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import uPlot from 'uplot'
import type { RunSummary } from '../run-view.ts'
import { bottomAxis, leftAxis, type XAxis } from './axes.ts'
import { isMeasure, MEASURES, type Measure, toComparison } from './compare-data.ts'
import { Empty } from './empty.tsx'
import { renderDuration, renderNumber, renderPercent, renderTokens, renderUsd } from './format.ts'
import { runName } from './header.tsx'
import { Plot } from './plot.tsx'
import { renderRoute, route, setQuery } from './route.ts'
import { ScrollBox } from './scroll-box.tsx'
import { runs } from './store.ts'
import { colour } from './theme.ts'

/** There are so many colours; further runs take them again, with dashes. */
const COLOURS = 7
const AXIS_OF: Readonly<Record<Measure, XAxis>> = {
  evaluations: 'evaluations',
  attempts: 'attempt',
  tokens: 'tokens',
  cost: 'cost',
  running: 'running',
}

/** Best so far of several runs, over what it took; repeats of a task with their median and spread. */
export function CompareView(): JSX.Element {
  const { query } = route.value
  const all = runs.value
  const hidden = new Set(query.get('without')?.split('.') ?? [])
  const shown = all.filter(({ id, curve }) => !hidden.has(id) && curve.length > 0)
  const named = query.get('over')
  const measure: Measure = isMeasure(named) ? named : 'evaluations'
  const isOneTask = new Set(all.map(({ facts }) => facts.task)).size === 1
  const isGain = (query.get('what') ?? (isOneTask ? 'score' : 'gain')) === 'gain'
  const isLog = query.get('y') === 'log' && !isGain
  const showsLines = query.get('lines') !== 'no'
  const comparison = useMemo(
    () => toComparison(shown, measure, isGain),
    [all, measure, isGain, query.get('without')],
  )
  if (all.every(({ curve }) => curve.length === 0))
    return <Empty title="None of these runs has a version yet." />
  const indexOf = (run: RunSummary): number => all.findIndex(({ id }) => id === run.id)
  const hasMedian = comparison.groups.some(({ median }) => median !== null)
  return (
    <div class="compare">
      <div class="toolbar">
        <label>
          over{' '}
          <select value={measure} onChange={(event) => setQuery({ over: event.currentTarget.value })}>
            {Object.entries(MEASURES).map(([name, label]) => (
              <option value={name} key={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          best{' '}
          <select
            value={isGain ? 'gain' : 'score'}
            onChange={(event) => setQuery({ what: event.currentTarget.value })}
          >
            <option value="score">score</option>
            <option value="gain">gain over the seed</option>
          </select>
        </label>
        {!isGain && <Toggle label="log" isOn={isLog} onToggle={() => setQuery({ y: isLog ? '' : 'log' })} />}
        {hasMedian && (
          <Toggle
            label="single runs"
            isOn={showsLines}
            onToggle={() => setQuery({ lines: showsLines ? 'no' : '' })}
          />
        )}
      </div>
      {shown.length === 0 ? (
        <Empty title="All runs are hidden.">Tick some in the table.</Empty>
      ) : (
        <Plot
          shape={JSON.stringify([
            measure,
            isGain,
            isLog,
            showsLines,
            shown.map(({ id }) => id),
            comparison.data.length,
          ])}
          height={320}
          data={comparison.data}
          label={`Best so far of ${shown.length} runs over ${MEASURES[measure]}`}
          options={() => ({
            legend: { show: false },
            scales: { x: { time: false }, y: { distr: isLog ? 3 : 1 } },
            axes: [bottomAxis(AXIS_OF[measure]), leftAxis(isGain, isLog)],
            padding: [10, 12, 0, 0],
            cursor: { points: { show: false }, y: false, drag: { x: true, y: false } },
            bands: comparison.groups.flatMap(({ high, low }): uPlot.Band[] =>
              high === null || low === null ? [] : [{ series: [high, low], fill: colour('band') }],
            ),
            series: toSeries(comparison, indexOf, showsLines || !hasMedian),
          })}
        />
      )}
      {hasMedian && (
        <p class="quiet">
          The thick line is the median over repeats of a task, the band from{' '}
          {comparison.groups.some(({ runs: members }) => members.length >= 5)
            ? 'the lower to the upper quartile'
            : 'the worst to the best'}
          . A run that has ended counts with its best.
        </p>
      )}
      <RunTable all={all} hidden={hidden} />
    </div>
  )
}

function Toggle(props: {
  readonly label: string
  readonly isOn: boolean
  readonly onToggle: () => void
}): JSX.Element {
  return (
    <label class="switch">
      <input type="checkbox" checked={props.isOn} onChange={props.onToggle} /> {props.label}
    </label>
  )
}

function toSeries(
  { runs: shown, groups, data }: ReturnType<typeof toComparison>,
  indexOf: (run: RunSummary) => number,
  showsLines: boolean,
): uPlot.Series[] {
  const paths = uPlot.paths.stepped?.({ align: 1 })
  const steps = { ...(paths === undefined ? {} : { paths }), points: { show: false } }
  const series: uPlot.Series[] = data.map(() => ({ ...steps, stroke: 'transparent' }))
  shown.forEach((run, at) => {
    const index = indexOf(run)
    series[at + 1] = {
      ...steps,
      show: showsLines,
      stroke: colour(`line-${(index % COLOURS) + 1}`),
      width: 1.4,
      dash: index < COLOURS ? [] : [5, 3],
    }
  })
  for (const { median } of groups)
    if (median !== null) series[median] = { ...steps, stroke: colour('ink'), width: 2.5 }
  return series
}

function RunTable({
  all,
  hidden,
}: {
  readonly all: readonly RunSummary[]
  readonly hidden: ReadonlySet<string>
}): JSX.Element {
  const toggle = (id: string): void => {
    const next = new Set(hidden)
    if (!next.delete(id)) next.add(id)
    setQuery({ without: [...next].join('.') })
  }
  return (
    <ScrollBox label="Runs">
      <table>
        <thead>
          <tr>
            <th aria-label="shown" />
            <th>run</th>
            <th>state</th>
            <th class="number">best</th>
            <th class="number">over the seed</th>
            <th class="number">versions</th>
            <th class="number">attempts</th>
            <th class="number">runs of the scorer</th>
            <th class="number">tokens</th>
            <th class="number">cost</th>
            <th class="number">running time</th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ id, facts, status, curve }, index) => {
            const best = curve.at(-1)
            return (
              <tr key={id}>
                <td>
                  <input
                    type="checkbox"
                    checked={!hidden.has(id)}
                    onChange={() => toggle(id)}
                    aria-label={`Show ${runName(facts)}`}
                  />
                </td>
                <td>
                  <svg width="22" height="8" aria-hidden="true">
                    <line
                      x1="0"
                      x2="22"
                      y1="4"
                      y2="4"
                      stroke={`var(--line-${(index % COLOURS) + 1})`}
                      stroke-width="2.5"
                      stroke-dasharray={index < COLOURS ? undefined : '5 3'}
                    />
                  </svg>{' '}
                  <a href={renderRoute({ run: id, page: 'attempts' })} title={facts.directory}>
                    {runName(facts)}
                  </a>
                </td>
                <td>{status.phase.replace('-', ' ')}</td>
                <td class="number">{best === undefined ? '' : renderNumber(best.score)}</td>
                <td class="number">{best === undefined ? '' : renderPercent(best.overSeed)}</td>
                <td class="number">{Math.max(0, curve.length - 1)}</td>
                <td class="number">{status.attempts.toLocaleString('en-US')}</td>
                <td class="number">{status.evaluations.toLocaleString('en-US')}</td>
                <td class="number">{renderTokens(status.tokens)}</td>
                <td class="number">{renderUsd(status.costUsd)}</td>
                <td class="number">{renderDuration(status.activeMs)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </ScrollBox>
  )
}
