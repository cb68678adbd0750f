import type { AttemptRecord } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import { type Direction, gainOver } from '../score.ts'
import { renderPercent } from '../text.ts'

/** When the supervisor steps in. */
export interface SupervisorSettings {
  /** Attempts without an accepted version. */
  readonly maxFailedAttempts: number
  /** Accepted versions that must together have gained 1%. */
  readonly stallWindow: number
  /** Attempts that are looked back on for a repetition. */
  readonly cycleDetectionWindow: number
}

/** What is wrong with the search, in a sentence for the log and for the reviewer. */
export interface Sign {
  readonly kind: 'failing' | 'plateau' | 'same-solution' | 'same-failure'
  readonly message: string
}

/** Gain below which a whole stall window counts as a plateau. */
const PLATEAU_GAIN = 0.01
/** Times that a failure must have come to count as a repetition. */
const SAME_FAILURES = 3

/** The first sign that the search needs a new direction, or null. Silent while the last directions are still being tried. */
export function findSign(state: RunState, settings: SupervisorSettings, direction: Direction): Sign | null {
  const { maxFailedAttempts, stallWindow, cycleDetectionWindow } = settings
  const spoke = state.lastIntervention
  const fresh = state.ledger.slice(spoke?.attempts ?? 0)

  if (Math.min(state.failedAttempts, fresh.length) >= maxFailedAttempts)
    return { kind: 'failing', message: `${state.failedAttempts} attempts in a row brought no version` }

  const failed = fresh.slice(-cycleDetectionWindow).filter((record) => record.outcome !== 'accepted')
  const tree = findRepeated(failed, (record) => record.solution?.tree, 2)
  if (tree !== null)
    return { kind: 'same-solution', message: `attempts ${tree.join(' and ')} submitted the same files` }
  const failure = findRepeated(failed, failureOf, SAME_FAILURES)
  if (failure !== null)
    return { kind: 'same-failure', message: `attempts ${failure.join(', ')} failed in the same way` }

  const newest = state.versions.at(-1)
  const before = state.versions.at(-1 - stallWindow)
  const sinceSpoken = state.versions.length - (spoke?.versions ?? 0)
  if (newest !== undefined && before !== undefined && sinceSpoken >= stallWindow) {
    const gain = gainOver(newest.score.value, before.score.value, direction)
    if (gain < PLATEAU_GAIN)
      return {
        kind: 'plateau',
        message: `the last ${stallWindow} versions together gained ${renderPercent(gain)}`,
      }
  }
  return null
}

/** The numbers of the attempts that share a key, once it has come often enough. */
function findRepeated(
  records: readonly AttemptRecord[],
  keyOf: (record: AttemptRecord) => string | undefined,
  times: number,
): readonly number[] | null {
  const attempts = new Map<string, number[]>()
  for (const record of records) {
    const key = keyOf(record)
    if (key !== undefined) attempts.set(key, [...(attempts.get(key) ?? []), record.number])
  }
  return [...attempts.values()].find((numbers) => numbers.length >= times) ?? null
}

/** The kind of failure: the reason without its figures. A slower candidate is not a failure of a kind. */
function failureOf(record: AttemptRecord): string | undefined {
  if (typeof record.gain === 'number') return undefined
  return record.reason.replace(/[\d.]+/g, '#')
}
