import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import uPlot from 'uplot'
import type { RunSummary } from '../run-view.ts'
import { bottomAxis, leftAxis } from './axes.ts'
import {
  type Comparison,
  isMeasure,
  MEASURES,
  type Measure,
  QUARTILES,
  toComparison,
} from './compare-data.ts'
import { type ComparisonLook, lookOf, nameTasks, type Stroke } from './compare-look.ts'
import { Empty } from './empty.tsx'
import { renderCost, renderDuration, renderNumber, renderPercent, renderTokens } from './format.ts'
import { Plot } from './plot.tsx'
import { renderRoute, route, setQuery } from './route.ts'
import { ScrollBox } from './scroll-box.tsx'
import { runNames, runs } from './store.ts'
import { Switch } from './switch.tsx'
import { colour } from './theme.ts'
import type { XAxis } from './x-axes.ts'

/** Of a band, as the end of a colour in hexadecimal. */
const BAND_ALPHA = '26'
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
  const named = query.get('over')
  const measure: Measure = isMeasure(named) ? named : 'evaluations'
  const ticked = all.filter(({ id, curve }) => !hidden.has(id) && curve.length > 0)
  // What a run has cost is not known where a price is not.
  const unpriced = measure === 'cost' ? ticked.filter(({ status }) => status.unpricedCalls > 0) : []
  const shown = ticked.filter((run) => !unpriced.includes(run))
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
  const look = lookOf(all)
  const strokeOf = (run: RunSummary): Stroke | undefined => look.runs[all.indexOf(run)]
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
        {!isGain && <Switch label="log" isOn={isLog} onToggle={() => setQuery({ y: isLog ? '' : 'log' })} />}
        {hasMedian && (
          <Switch
            label="single runs"
            isOn={showsLines}
            onToggle={() => setQuery({ lines: showsLines ? 'no' : '' })}
          />
        )}
      </div>
      {shown.length === 0 ? (
        <NothingShown isUnpriced={unpriced.length > 0} />
      ) : (
        <Plot
          shape={JSON.stringify([
            measure,
            isGain,
            isLog,
            showsLines,
            shown.map(({ id }) => id),
            all.map(({ facts }) => facts.task),
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
            bands: comparison.groups.flatMap(({ task, high, low }): uPlot.Band[] =>
              high === null || low === null ? [] : [{ series: [high, low], fill: bandColour(look, task) }],
            ),
            series: toSeries(comparison, look, strokeOf, showsLines || !hasMedian),
          })}
        />
      )}
      {hasMedian && <Medians comparison={comparison} look={look} />}
      {unpriced.length > 0 && (
        <p class="quiet">
          Left out, as calls of unknown price are part of their cost:{' '}
          {unpriced.map((run) => runNames.value[all.indexOf(run)]).join(', ')}.
        </p>
      )}
      {shown.some(({ facts }) => facts.otherScorerUpTo > 0) && (
        <p class="quiet">The line of a run whose scorer was changed begins where the newest one took over.</p>
      )}
      <RunTable all={all} hidden={hidden} look={look} />
    </div>
  )
}

function NothingShown({ isUnpriced }: { readonly isUnpriced: boolean }): JSX.Element {
  return isUnpriced ? (
    <Empty title="What these runs have cost is not known.">Compare them over something else.</Empty>
  ) : (
    <Empty title="All runs are hidden.">Tick some in the table.</Empty>
  )
}

/** What thick lines and bands are; with several, which is of which task. */
function Medians({
  comparison,
  look,
}: {
  readonly comparison: Comparison
  readonly look: ComparisonLook
}): JSX.Element {
  const groups = comparison.groups.filter(({ median }) => median !== null)
  const names = nameTasks(comparison.runs)
  return (
    <>
      {groups.length > 1 && (
        <ul class="legend" aria-label="Medians">
          {groups.map(({ task, runs: members }) => (
            <li key={task}>
              <Line colour={look.medians.get(task) ?? 'ink'} dash={[]} width={4} /> {names.get(task)}{' '}
              <span class="quiet">median of {members.length}</span>
            </li>
          ))}
        </ul>
      )}
      <p class="quiet">
        The thick line is the median over repeats of a task, the band from{' '}
        {groups.some(({ runs: members }) => members.length >= QUARTILES)
          ? 'the lower to the upper quartile'
          : 'the worst to the best'}
        . A run that has ended counts with its best; the median ends with the first one that has not.
      </p>
    </>
  )
}

/** A line as the chart draws it. */
function Line({ colour: name, dash, width }: Stroke & { readonly width: number }): JSX.Element {
  return (
    <svg width="22" height="8" aria-hidden="true">
      <line
        x1="0"
        x2="22"
        y1="4"
        y2="4"
        stroke={`var(--${name})`}
        stroke-width={width}
        stroke-dasharray={dash.length === 0 ? undefined : dash.join(' ')}
      />
    </svg>
  )
}

function toSeries(
  { runs: shown, groups, data }: Comparison,
  look: ComparisonLook,
  strokeOf: (run: RunSummary) => Stroke | undefined,
  showsLines: boolean,
): uPlot.Series[] {
  const paths = uPlot.paths.stepped?.({ align: 1 })
  const steps = { ...(paths === undefined ? {} : { paths }), points: { show: false } }
  const series: uPlot.Series[] = data.map(() => ({ ...steps, stroke: 'transparent' }))
  shown.forEach((run, at) => {
    const stroke = strokeOf(run)
    series[at + 1] = {
      ...steps,
      show: showsLines,
      stroke: colour(stroke?.colour ?? 'ink'),
      width: 1.4,
      dash: [...(stroke?.dash ?? [])],
    }
  })
  for (const { task, median } of groups)
    if (median !== null)
      series[median] = { ...steps, stroke: colour(look.medians.get(task) ?? 'ink'), width: 2.5 }
  return series
}

/** The colour of a median, thinned; black and white have one of their own. */
function bandColour({ medians }: ComparisonLook, task: string): string {
  const name = medians.get(task) ?? 'ink'
  return name === 'ink' ? colour('band') : `${colour(name)}${BAND_ALPHA}`
}

function RunTable({
  all,
  hidden,
  look,
}: {
  readonly all: readonly RunSummary[]
  readonly hidden: ReadonlySet<string>
  readonly look: ComparisonLook
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
          {all.map(({ id, facts, status, versions, curve }, index) => {
            const best = curve.at(-1)
            const [name, stroke] = [runNames.value[index] ?? facts.name, look.runs[index]]
            return (
              <tr key={id}>
                <td>
                  <input
                    type="checkbox"
                    checked={!hidden.has(id)}
                    onChange={() => toggle(id)}
                    aria-label={`Show ${name}`}
                  />
                </td>
                <td>
                  {stroke !== undefined && <Line {...stroke} width={2.5} />}{' '}
                  <a href={renderRoute({ run: id, page: 'attempts' })} title={facts.directory}>
                    {name}
                  </a>
                </td>
                <td>{status.phase.replace('-', ' ')}</td>
                <td class="number">{best === undefined ? '' : renderNumber(best.score)}</td>
                <td class="number">{best === undefined ? '' : renderPercent(best.overSeed)}</td>
                <td class="number">{Math.max(0, versions - 1)}</td>
                <td class="number">{status.attempts.toLocaleString('en-US')}</td>
                <td class="number">{status.evaluations.toLocaleString('en-US')}</td>
                <td class="number">{renderTokens(status.tokens)}</td>
                <td class="number">{renderCost(status.costUsd, status.unpricedCalls)}</td>
                <td class="number">{renderDuration(status.activeMs)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </ScrollBox>
  )
}
