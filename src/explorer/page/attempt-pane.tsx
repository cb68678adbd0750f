import type { ComponentChildren, JSX } from 'preact'
import type { AttemptDetail } from '../attempt-detail.ts'
import type { AttemptRow, RunView } from '../run-view.ts'
import { intervalOf } from './attempt-tip.tsx'
import { Failure } from './failure.tsx'
import { renderCost, renderDuration, renderGain, renderMoment, renderNumber, renderTokens } from './format.ts'
import { Glyph, OUTCOME_LABELS } from './glyph.tsx'
import { useLoaded } from './load.ts'
import { Evaluations, Rounds } from './measurements.tsx'
import { renderRoute, route } from './route.ts'
import type { RunSource } from './source.ts'
import { Transcript } from './transcript.tsx'

/** One attempt in full. */
export function AttemptPane(props: {
  readonly view: RunView
  readonly number: number
  readonly source: RunSource
}): JSX.Element | null {
  const { view, number, source } = props
  const row = view.attempts.find((attempt) => attempt.number === number)
  // While it is under way, each reply and each call adds to its details.
  const { turns, activity } = view.status
  const stamp =
    row?.outcome === 'open' ? `${turns}/${activity?.phase}/${activity?.since}` : (row?.outcome ?? '')
  const loaded = useLoaded(() => source.readAttempt(view.id, number), `${view.id}/${number}/${stamp}`)
  if (row === undefined) return null
  const { query } = route.value
  const direction = view.supervision.interventions
    .flatMap(({ directions }) => directions)
    .find((one) => one.number === row.direction)
  return (
    <aside class="pane" aria-label={`Attempt ${number}`}>
      <div class="pane-head">
        <h2>
          <Glyph outcome={row.outcome} /> Attempt {number}{' '}
          <span class="quiet">
            {row.version === null ? OUTCOME_LABELS[row.outcome] : `became v${row.version}`}
          </span>
        </h2>
        <a
          class="close"
          href={renderRoute({ run: view.id, page: 'attempts', query })}
          aria-label="Close (Esc)"
          title="Close (Esc)"
        >
          ×
        </a>
      </div>
      <p class="title">{row.title}</p>
      {row.version === null && row.reason !== '' && <p class={`verdict ${row.outcome}`}>{row.reason}</p>}
      <Figures row={row} />
      <DiffLink row={row} run={view.id} isFile={source.actions === null} />
      {direction !== undefined && (
        <Part title={`Direction ${direction.number}: ${direction.kind}`}>
          <p>{direction.what}</p>
        </Part>
      )}
      {loaded.state === 'there' && <Details detail={loaded.value} row={row} view={view} />}
      {loaded.state === 'loading' && <p class="quiet">Reading the journal…</p>}
      {loaded.state === 'failed' && <Failure error={loaded.error} />}
    </aside>
  )
}

function Figures({ row }: { readonly row: AttemptRow }): JSX.Element {
  const figures: (readonly [string, string, string?])[] = []
  if (row.score !== null)
    figures.push([
      row.scoredBy === 'gate' ? 'score at the gate' : 'score, as the agent measured',
      renderNumber(row.score),
    ])
  if (row.gain !== null)
    figures.push([
      row.best === null ? 'gain' : `gain over v${row.best}`,
      renderGain(row.gain, intervalOf(row)),
    ])
  figures.push(
    ['turns', String(row.turns)],
    ['cost', renderCost(row.ownCostUsd, row.ownUnpricedCalls)],
    ['tokens', renderTokens(row.ownTokens)],
  )
  figures.push(['runs of the scorer', String(row.ownEvaluations)], ['took', renderDuration(row.ownMs)])
  if (row.startedMs !== null)
    figures.push(['began', renderMoment(row.startedMs), new Date(row.startedMs).toISOString()])
  return (
    <dl class="figures">
      {figures.map(([name, value, title]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={title}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** To what it changed; a file has no diffs of attempts that became no version. */
function DiffLink({
  row,
  run,
  isFile,
}: {
  readonly row: AttemptRow
  readonly run: string
  readonly isFile: boolean
}): JSX.Element | null {
  if (isFile && row.version === null) return null
  if (row.best === null || row.outcome === 'open' || row.outcome === 'abandoned') return null
  const to = row.version === null ? `a${row.number}` : `v${row.version}`
  return (
    <p>
      <a class="diff-link" href={renderRoute({ run, page: 'diff', rest: [`v${row.best}`, to] })}>
        What it changed of v{row.best}
      </a>
    </p>
  )
}

function Details(props: {
  readonly detail: AttemptDetail
  readonly row: AttemptRow
  readonly view: RunView
}): JSX.Element {
  const { detail, view } = props
  const { summary, hypothesis, documents, notes, lesson, incidents, inspirations } = detail
  const rest = summary?.split('\n').slice(1).join('\n').trim() ?? ''
  return (
    <>
      {rest !== '' && (
        <Part title="In the agent's words">
          <p class="prose">{rest}</p>
        </Part>
      )}
      {hypothesis !== null && summary !== null && hypothesis !== props.row.title && (
        <Part title="What it would try">
          <p class="prose">{hypothesis}</p>
        </Part>
      )}
      {detail.reason !== null && detail.reason !== props.row.reason && (
        <Part title="Verdict">
          <p class="prose">{detail.reason}</p>
        </Part>
      )}
      {documents.length > 0 && (
        <Part title="Documents it names">
          <ul>
            {documents.map((document) => (
              <li key={document}>{document}</li>
            ))}
          </ul>
        </Part>
      )}
      {inspirations.length > 0 && (
        <Part title="Attempts it was shown">
          <p>
            {inspirations.map((number) => (
              <>
                <a href={renderRoute({ run: view.id, page: 'attempts', rest: [String(number)] })}>
                  {number}
                </a>{' '}
              </>
            ))}
          </p>
        </Part>
      )}
      <Evaluations evaluations={detail.evaluations} />
      <Rounds rounds={detail.rounds} direction={view.facts.direction} />
      {notes.length > 0 && (
        <Part title="Notes">
          {notes.map((note) => (
            <p class="prose" key={note}>
              {note}
            </p>
          ))}
        </Part>
      )}
      {lesson !== null && (
        <Part title="What it teaches">
          <p class="prose">
            {[lesson.tried, lesson.happened, lesson.why, lesson.unless]
              .filter((text) => text !== '')
              .join(' ')}
          </p>
        </Part>
      )}
      {incidents.length > 0 && (
        <Part title="What happened besides">
          <ul>
            {incidents.map(({ at, text }) => (
              <li key={`${at}${text}`}>
                <time dateTime={at} title={at}>
                  {renderMoment(Date.parse(at))}
                </time>{' '}
                {text}
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Transcript detail={detail} />
    </>
  )
}

/** A part of a page, with its heading. */
export function Part(props: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section class="part">
      <h3>{props.title}</h3>
      {props.children}
    </section>
  )
}
