import type { RunState } from '../journal.ts'
import { type InterventionOutcome, type Outcome, traceInterventions } from '../supervision/outcomes.ts'
import { firstLine, renderCount, renderPercent } from '../text.ts'
import { toPlain } from './style.ts'

/** What the supervisor did, oldest first: each intervention with its sign, its directions, and what came of each. */
export function renderInterventions(state: RunState): string {
  const interventions = traceInterventions(state)
  if (interventions.length === 0) return 'The supervisor has not stepped in.'
  const helped = interventions.filter(({ versions }) => versions.length > 0).length
  const summary = `${renderCount(interventions.length, 'intervention')}, ${helped} of them brought versions.`
  return toPlain([...interventions.map(renderIntervention), summary].join('\n\n'))
}

function renderIntervention(intervention: InterventionOutcome): string {
  const { afterAttempt, kind, sign, directions } = intervention
  return [
    `after attempt ${afterAttempt}  ${kind === null ? '' : `${kind}: `}${firstLine(sign, 300)}`,
    `  ${renderStep(intervention)}: ${renderOutcome(intervention)}`,
    ...directions.map(
      (direction) =>
        `  ${direction.number}. ${direction.kind}: ${firstLine(direction.what, 100)}\n     ${renderOutcome(direction)}`,
    ),
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
  const tried = `${renderCount(attempts.length, 'attempt')} (${attempts.join(', ')})`
  if (versions.length === 0) return `${tried}, no version`
  return `${tried}, ${versions.map((number) => `v${number}`).join(' ')}, ${renderPercent(gain)}`
}
