import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { RunView } from '../run-view.ts'
import {
  cacheShare,
  renderCount,
  renderDuration,
  renderInterval,
  renderNumber,
  renderPercent,
  renderShare,
  renderTokens,
  renderUnpriced,
  renderUsd,
} from './format.ts'
import { go, route } from './route.ts'
import { connection, runNames, runs } from './store.ts'

/** How the run stands, in words and in a few figures. */
export function Standing({ view }: { readonly view: RunView }): JSX.Element {
  const { status } = view
  if (route.value.page === 'compare')
    return (
      <div class="standing">
        <h1>{renderCount(runs.value.length, 'run')}</h1>
        <p class="phase">
          {renderRunning(runs.value.filter(({ status: { phase } }) => phase === 'running').length)}
        </p>
      </div>
    )
  return (
    <div class="standing">
      <h1>{runs.value.length > 1 ? <RunChoice view={view} /> : view.facts.name}</h1>
      <p class={`phase ${status.phase}`}>
        <span class="dot" aria-hidden="true" />
        <Phase view={view} />
      </p>
    </div>
  )
}

function renderRunning(count: number): string {
  return count === 0 ? 'none of them is running' : `${count} of them running`
}

function RunChoice({ view }: { readonly view: RunView }): JSX.Element {
  return (
    <select
      aria-label="Run"
      value={view.id}
      onChange={(event) =>
        go({
          run: event.currentTarget.value,
          page: route.value.page === 'compare' ? 'attempts' : route.value.page,
        })
      }
    >
      {runs.value.map(({ id }, index) => (
        <option value={id} key={id}>
          {runNames.value[index]}
        </option>
      ))}
    </select>
  )
}

function Phase({ view }: { readonly view: RunView }): JSX.Element {
  const { status } = view
  const now = useNow(status.phase === 'running' || status.phase === 'paused')
  if (status.problem !== null)
    return <span class="incorrect">Its records can't be read: {status.problem}</span>
  if (connection.value === 'lost')
    return (
      <span class="incorrect">
        The connection to avo explore is lost; this is how it was. Is it still running?
      </span>
    )
  const { activity, attempt, turn, ended, waitingUntilMs } = status
  switch (status.phase) {
    case 'new':
      return <>not started yet</>
    case 'cut-off':
      return <>cut off in the middle; avo run goes on with it</>
    case 'ended':
      return <>ended: {ended?.message}</>
    case 'paused':
      return <>paused; resume lets it go on</>
    case 'running': {
      const where = attempt === null ? '' : `attempt ${attempt}, turn ${turn}: `
      const what =
        waitingUntilMs === null
          ? (activity?.detail ?? 'running')
          : `waits for the model, ${activity?.detail ?? ''}`
      const since =
        activity === null ? '' : `, for ${renderDuration(Math.max(0, now - Date.parse(activity.since)))}`
      return (
        <>
          {where}
          {what}
          {since}
        </>
      )
    }
  }
}

function useNow(ticks: boolean): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    if (!ticks) return
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [ticks])
  return now
}

/** What people look for first. */
export function KeyFigures({ view }: { readonly view: RunView }): JSX.Element | null {
  const { status, versions } = view
  const best = versions.at(-1)
  if (best === undefined) return null
  const cached = cacheShare(status.usage)
  // What was measured of an older version says nothing of the steps since.
  const direct = status.direct?.version === best.number ? status.direct : null
  const figures: readonly (readonly [
    name: string,
    value: string,
    more: string,
    title?: string | undefined,
  ])[] = [
    ['best', renderNumber(best.score), `v${best.number}`],
    [
      'over the seed',
      renderPercent(direct?.gain ?? best.overSeed),
      direct === null
        ? 'the steps multiplied'
        : `${renderInterval(direct.interval)} measured directly`.trimStart(),
      status.comparison ?? undefined,
    ],
    ['attempts', status.attempts.toLocaleString('en-US'), `${versions.length - 1} accepted`],
    ['runs of the scorer', status.evaluations.toLocaleString('en-US'), ''],
    [
      'cost',
      renderUsd(status.costUsd),
      status.unpricedCalls === 0 ? '' : `and ${renderUnpriced(status.unpricedCalls)}`,
    ],
    [
      'tokens',
      renderTokens(status.tokens),
      cached === null || cached === 0 ? '' : `input ${renderShare(cached)} cached`,
    ],
    [
      'running time',
      renderDuration(status.activeMs),
      status.attemptsPerHour === null
        ? ''
        : `${renderNumber(Number(status.attemptsPerHour.toPrecision(2)))} attempts/h`,
    ],
  ]
  return (
    <dl class="key-figures">
      {figures.map(([name, value, more, title]) => (
        <div key={name} title={title}>
          <dt>{name}</dt>
          <dd>
            {value} {more !== '' && <span class="quiet">{more}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
