import type { AttemptRecord } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import { type Direction, gainOver } from '../score.ts'
import { firstLine, renderPercent } from '../text.ts'

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
  readonly kind: 'failing' | 'plateau' | 'same-solution' | 'same-failure' | 'standing-still'
  readonly message: string
}

/** Gain below which a whole stall window counts as a plateau. */
const PLATEAU_GAIN = 0.01
/** Times that a failure, a standstill or the evaluation of the same files must have come to count as a repetition. */
const REPETITIONS = 3

/** The first sign that the search needs a new direction, or null. Silent while the last directions are still being tried. */
export function findSign(state: RunState, settings: SupervisorSettings, direction: Direction): Sign | null {
  const { maxFailedAttempts, stallWindow, cycleDetectionWindow } = settings
  const spoke = state.lastIntervention
  const fresh = state.ledger.slice(spoke?.attempts ?? 0)

  if (Math.min(state.failedAttempts, fresh.length) >= maxFailedAttempts)
    return { kind: 'failing', message: `${state.failedAttempts} attempts in a row brought no version` }

  const window = fresh.slice(-cycleDetectionWindow)
  const oldest = window[0]?.number ?? 0
  const evaluated = state.evaluated.filter(({ attempt }) => attempt >= oldest)
  const tree = findRepeated(evaluated, (evaluation) => evaluation.tree)
  if (tree !== null)
    return {
      kind: 'same-solution',
      message: `the same files were evaluated ${tree.length} times, in ${renderAttempts(tree.map(({ attempt }) => attempt))}`,
    }
  const stalled = window.filter((record) => record.stalled !== undefined)
  if (stalled.length >= REPETITIONS)
    return {
      kind: 'standing-still',
      message: `${renderAttempts(stalled.map(({ number }) => number))} stood still: ${firstLine(stalled.at(-1)?.reason ?? '', 300)}`,
    }
  const failure = findRepeated(
    window.filter((record) => record.outcome !== 'accepted'),
    failureOf,
  )
  if (failure !== null)
    return {
      kind: 'same-failure',
      message: `${renderAttempts(failure.map(({ number }) => number))} failed in the same way`,
    }

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

/** The items that share a key, once it has come often enough. */
function findRepeated<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string | undefined,
): readonly Item[] | null {
  const groups = Map.groupBy(items, keyOf)
  groups.delete(undefined)
  return [...groups.values()].find((group) => group.length >= REPETITIONS) ?? null
}

function renderAttempts(numbers: readonly number[]): string {
  const attempts = [...new Set(numbers)]
  return `${attempts.length === 1 ? 'attempt' : 'attempts'} ${attempts.join(', ')}`
}

/** The kind of failure: the reason without its figures. A slower candidate is not a failure of a kind. */
function failureOf(record: AttemptRecord): string | undefined {
  if (typeof record.gain === 'number' || record.stalled !== undefined) return undefined
  return record.reason.replace(/[\d.]+/g, '#')
}
