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
