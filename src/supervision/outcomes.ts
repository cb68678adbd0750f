import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'
import type { Intervention, NumberedDirection } from '../redirection.ts'

/** What came of something: the attempts that followed it, and what they brought. */
export interface Outcome {
  /** Their numbers. */
  readonly attempts: readonly number[]
  /** Numbers of the versions that they made. */
  readonly versions: readonly number[]
  /** The gains of these versions, multiplied, as a fraction. */
  readonly gain: number
}

/** An intervention with what came of it and of each of its directions. */
export interface InterventionOutcome
  extends Omit<Intervention, 'directions' | 'attempts' | 'versions'>,
    Outcome {
  /** The attempt that ended before it; 0 where there was none. */
  readonly afterAttempt: number
  readonly directions: readonly (NumberedDirection & Outcome)[]
}

/** Every intervention of a run, oldest first. What came until the next one, or until now, came of it. */
export function traceInterventions({
  ledger,
  versions,
  redirection,
}: RunState): readonly InterventionOutcome[] {
  const { interventions } = redirection
  const byAttempt = new Map(versions.slice(1).map((version) => [version.attempt, version]))
  const outcomeOf = (attempts: readonly number[]): Outcome => {
    const made = attempts.flatMap((attempt) => byAttempt.get(attempt) ?? [])
    return { attempts, versions: made.map(({ number }) => number), gain: multiplyGains(made) }
  }
  return interventions.map((intervention, index) => {
    const { directions, attempts: from, versions: _versions, ...facts } = intervention
    const period = ledger.slice(from, interventions[index + 1]?.attempts)
    return {
      ...facts,
      ...outcomeOf(period.map(({ number }) => number)),
      afterAttempt: ledger[from - 1]?.number ?? 0,
      directions: directions.map((direction) => {
        const followed = period.filter((record) => record.direction?.number === direction.number)
        return { ...direction, ...outcomeOf(followed.map(({ number }) => number)) }
      }),
    }
  })
}
