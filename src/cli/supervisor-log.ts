import type { RunState } from '../journal.ts'
import { describeOutcome, describeStep } from '../supervision/describe-outcome.ts'
import { type InterventionOutcome, traceInterventions } from '../supervision/outcomes.ts'
import { firstLine, renderCount } from '../text.ts'
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
    `  ${describeStep(intervention)}: ${describeOutcome(intervention)}`,
    ...directions.map(
      (direction) =>
        `  ${direction.number}. ${direction.kind}: ${firstLine(direction.what, 100)}\n     ${describeOutcome(direction)}`,
    ),
  ].join('\n')
}
