import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import uPlot from 'uplot'
import { DIRECTION_KINDS } from '../../state/redirection.ts'
import type { Outcome } from '../../supervision/outcomes.ts'
import type { RunView, Supervision } from '../run-view.ts'
import { Part } from './attempt-pane.tsx'
import { bottomAxis, leftAxis } from './axes.ts'
import { Empty } from './empty.tsx'
import { renderCount, renderPercent, renderShare } from './format.ts'
import { Plot } from './plot.tsx'
import { renderRoute } from './route.ts'
import { colour } from './theme.ts'

type Intervention = Supervision['interventions'][number]

const STEPS: Readonly<Record<Intervention['step'], string>> = {
  redirect: 'new directions',
  'fresh-context': 'a fresh context',
  branch: 'another way',
  'stronger-model': 'a stronger model',
  end: 'the end of the run',
}
const SHOWN = 12

/** When the supervisor stepped in, what it asked for, and what came of it. */
export function SupervisorView({ view }: { readonly view: RunView }): JSX.Element {
  const { interventions, inForce, waiting, weights } = view.supervision
  if (interventions.length === 0)
    return (
      <Empty title="The supervisor has not stepped in.">
        It does so when the search stalls or goes round in circles, and gives the agent new directions.
      </Empty>
    )
  const helped = interventions.filter(({ versions }) => versions.length > 0).length
  return (
    <div class="supervisor">
      <p class="lead">
        {renderCount(interventions.length, 'intervention')}, {helped} of them brought versions.
        {inForce !== null &&
          ` Attempts follow direction ${inForce.number} now (${inForce.kind})${waiting.length === 0 ? '' : `, and ${renderCount(waiting.length, 'direction')} more for later`}.`}
      </p>
      {weights.length > 0 && <Weights key={view.id} weights={weights} />}
      <h2>Interventions</h2>
      <ol class="interventions">
        {interventions.toReversed().map((intervention) => (
          <InterventionItem key={intervention.afterAttempt} intervention={intervention} run={view.id} />
        ))}
      </ol>
    </div>
  )
}

function InterventionItem({
  intervention,
  run,
}: {
  readonly intervention: Intervention
  readonly run: string
}): JSX.Element {
  const { afterAttempt, kind, sign, step, base, directions } = intervention
  return (
    <li class="part">
      <h3>
        After attempt {afterAttempt}: {kind === null ? '' : `${kind.replaceAll('-', ' ')}, `}
        {STEPS[step]}
        {base !== undefined && ` from v${base}`}
      </h3>
      <p>{sign}</p>
      <p>
        <OutcomeLine outcome={intervention} run={run} />
      </p>
      <table class="plain directions">
        <tbody>
          {directions.map((direction) => (
            <tr key={direction.number}>
              <td class="number">{direction.number}</td>
              <td>{direction.kind}</td>
              <td>
                <details>
                  <summary>{direction.what}</summary>
                  {direction.why !== '' && <p>Why: {direction.why}</p>}
                  {direction.read.length > 0 && <p>Read first: {direction.read.join(', ')}</p>}
                  {direction.giveUp !== '' && <p>Give up when: {direction.giveUp}</p>}
                </details>
              </td>
              <td>
                <OutcomeLine outcome={direction} run={run} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </li>
  )
}

function OutcomeLine({ outcome, run }: { readonly outcome: Outcome; readonly run: string }): JSX.Element {
  const { attempts, versions, gain } = outcome
  if (attempts.length === 0) return <span class="quiet">no attempt</span>
  return (
    <span class={versions.length === 0 ? 'quiet' : ''}>
      {versions.length === 0
        ? 'no version'
        : `${versions.map((number) => `v${number}`).join(' ')}, ${renderPercent(gain)}`}{' '}
      in {renderCount(attempts.length, 'attempt')}{' '}
      {attempts.slice(0, SHOWN).map((number) => (
        <>
          <a href={renderRoute({ run, page: 'attempts', rest: [String(number)] })}>{number}</a>{' '}
        </>
      ))}
      {attempts.length > SHOWN && '…'}
    </span>
  )
}

/** Lines are told apart by dashes as well. */
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [8, 3, 2, 3], [], [6, 3], [2, 3]]

/** How likely each kind of direction was, at every choice, and now. */
function Weights({ weights }: Pick<Supervision, 'weights'>): JSX.Element {
  const data = useMemo(
    (): uPlot.AlignedData => [
      weights.map(({ attempt }) => attempt),
      ...DIRECTION_KINDS.map((kind) => weights.map((choice) => choice.weights[kind])),
    ],
    [weights],
  )
  const last = weights.at(-1)?.weights
  return (
    <Part title="Which kind of direction comes first is drawn by what each has gained so far">
      <ul class="legend">
        {DIRECTION_KINDS.toSorted((a, b) => (last?.[b] ?? 0) - (last?.[a] ?? 0)).map((kind) => {
          const index = DIRECTION_KINDS.indexOf(kind)
          return (
            <li key={kind}>
              <svg width="22" height="8" aria-hidden="true">
                <line
                  x1="0"
                  x2="22"
                  y1="4"
                  y2="4"
                  stroke={`var(--line-${index + 1})`}
                  stroke-width="2"
                  stroke-dasharray={DASHES[index]?.join(' ')}
                />
              </svg>{' '}
              {kind} <b>{last === undefined ? '' : renderShare(last[kind])}</b>
            </li>
          )
        })}
      </ul>
      <Plot
        shape="weights"
        height={170}
        data={data}
        label="Weight of each kind of direction at every choice"
        options={() => ({
          legend: { show: false },
          scales: { x: { time: false }, y: { range: [0, null] } },
          axes: [
            bottomAxis('attempt'),
            { ...leftAxis(), values: (_chart, splits) => splits.map((share) => renderShare(share)) },
          ],
          padding: [8, 8, 0, 0],
          cursor: { points: { show: false }, y: false },
          series: [
            {},
            ...DIRECTION_KINDS.map((_kind, index): uPlot.Series => {
              const paths = uPlot.paths.stepped?.({ align: 1 })
              return {
                ...(paths === undefined ? {} : { paths }),
                stroke: colour(`line-${index + 1}`),
                dash: [...(DASHES[index] ?? [])],
                width: 1.5,
                points: { show: weights.length < 3 },
              }
            }),
          ],
        })}
      />
    </Part>
  )
}
