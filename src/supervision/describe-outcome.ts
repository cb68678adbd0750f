import { renderCount, renderPercent } from '../text.ts'
import type { InterventionOutcome, Outcome } from './outcomes.ts'

/** What an intervention did, in a few words. */
export function describeStep({ step, base, directions }: InterventionOutcome): string {
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

/** What came of it, with the numbers of attempts and versions. */
export function describeOutcome({ attempts, versions, gain }: Outcome): string {
  if (attempts.length === 0) return 'no attempt'
  const tried = `${renderCount(attempts.length, 'attempt')} (${nameAttempts(attempts)})`
  if (versions.length === 0) return `${tried}, no version`
  return `${tried}, ${versions.map((number) => `v${number}`).join(' ')}, ${renderPercent(gain)}`
}

/** A long list is one of attempts that followed each other. */
function nameAttempts(attempts: readonly number[]): string {
  return attempts.length <= 10 ? attempts.join(', ') : `${attempts[0]} to ${attempts.at(-1)}`
}
