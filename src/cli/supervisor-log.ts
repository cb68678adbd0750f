import type { RunState } from '../journal.ts'
import { DIRECTION_KINDS } from '../redirection.ts'
import { type InterventionOutcome, type Outcome, traceInterventions } from '../supervision/outcomes.ts'
import { firstLine, renderColumns, renderCount, renderPercent } from '../text.ts'
import { toPlain } from './style.ts'

/** What the supervisor did, oldest first: each intervention with its sign, its directions, and what came of each; then whether it helped. */
export function renderInterventions(state: RunState): string {
  const interventions = traceInterventions(state)
  if (interventions.length === 0) return 'The supervisor has not stepped in.'
  return toPlain(
    [...interventions.map(renderIntervention), renderKinds(interventions), renderSum(state, interventions)]
      .filter((part) => part !== '')
      .join('\n\n'),
  )
}

function renderIntervention(intervention: InterventionOutcome): string {
  const { afterAttempt, kind, sign, directions } = intervention
  return [
    `after attempt ${afterAttempt}  ${kind === null ? '' : `${kind}: `}${firstLine(sign, 300)}`,
    `  ${renderStep(intervention)}: ${renderOutcome(intervention)}`,
    ...directions.map((direction) => {
      const told = `  ${direction.number}. ${direction.kind}: ${firstLine(direction.what, 100)}`
      return directions.length === 1 ? told : `${told}\n     ${renderOutcome(direction)}`
    }),
  ].join('\n')
}

function renderStep({ step, base, directions }: InterventionOutcome): string {
  const start = base === undefined ? '' : ` from v${base}`
  const steps = {
    redirect: renderCount(directions.length, 'direction'),
    'fresh-context': `fresh context${start}`,
    branch: `another way${start}`,
    'stronger-model': `stronger model${start}`,
    end: 'the run was ended',
  }
  return steps[step]
}

function renderOutcome({ attempts, versions, gain }: Outcome): string {
  if (attempts.length === 0) return 'no attempt'
  const tried = `${renderCount(attempts.length, 'attempt')} (${renderNumbers(attempts)})`
  if (versions.length === 0) return `${tried}, no version`
  return `${tried}, ${versions.map((number) => `v${number}`).join(' ')}, ${renderPercent(gain)}`
}

/** `3, 5 to 9`. */
function renderNumbers(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = []
  for (const number of numbers) {
    const range = ranges.at(-1)
    if (range !== undefined && range[1] === number - 1) range[1] = number
    else ranges.push([number, number])
  }
  return ranges
    .map(([first, last]) => {
      if (first === last) return `${first}`
      return last - first === 1 ? `${first}, ${last}` : `${first} to ${last}`
    })
    .join(', ')
}

/** What the directions of each kind came to; empty where none was followed. */
function renderKinds(interventions: readonly InterventionOutcome[]): string {
  const directions = interventions.flatMap((intervention) => intervention.directions)
  const rows = DIRECTION_KINDS.flatMap((kind) => {
    const followed = directions.filter(
      (direction) => direction.kind === kind && direction.attempts.length > 0,
    )
    if (followed.length === 0) return []
    const gain = Math.expm1(followed.reduce((sum, direction) => sum + Math.log1p(direction.gain), 0))
    return [
      [
        kind,
        `${followed.length}`,
        `${countAttempts(followed)}`,
        `${countVersions(followed)}`,
        renderPercent(gain),
      ],
    ]
  })
  if (rows.length === 0) return ''
  return renderColumns([['kind', 'directions', 'attempts', 'versions', 'gain'], ...rows], [1, 2, 3, 4])
}

/** Attempts that followed a direction against all others: whether it helped. */
function renderSum({ ledger, versions }: RunState, interventions: readonly InterventionOutcome[]): string {
  const helped = interventions.filter((intervention) => intervention.versions.length > 0).length
  const directions = interventions.flatMap((intervention) => intervention.directions)
  const [attempts, made] = [countAttempts(directions), countVersions(directions)]
  const others = Math.max(0, versions.length - 1) - made
  return [
    `${renderCount(interventions.length, 'intervention')}, ${helped} of them brought versions.`,
    `With a direction: ${renderCount(made, 'version')} in ${renderCount(attempts, 'attempt')}; without one: ${others} in ${ledger.length - attempts}.`,
  ].join(' ')
}

function countAttempts(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { attempts }) => sum + attempts.length, 0)
}

function countVersions(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { versions }) => sum + versions.length, 0)
}
