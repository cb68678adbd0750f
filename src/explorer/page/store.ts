import { computed, effect, signal } from '@preact/signals'
import type { AttemptOutcome, AttemptRow, RunSummary, RunView } from '../run-view.ts'
import { route } from './route.ts'
import { nameRuns } from './run-names.ts'
import type { Connection, RunSource } from './source.ts'

/** The runs that there are. */
export const runs = signal<readonly RunSummary[]>([])
/** What they are called, in their order. */
export const runNames = computed(() => nameRuns(runs.value))
/** The run that is shown, as it is now; null before it has come. */
export const view = signal<RunView | null>(null)
export const connection = signal<Connection>('loading')
/** Why nothing can be shown. */
export const problem = signal<Error | null>(null)

/** Follows the run that the address names, or the first one. */
export function startStore(source: RunSource): void {
  const refresh = (): Promise<void> =>
    source.listRuns().then(
      (found) => {
        runs.value = found
        problem.value = null
      },
      (error: Error) => {
        problem.value = error
      },
    )
  const wanted = computed(() => {
    const named = runs.value.find(({ id }) => id === route.value.run)
    // Nobody waits for the list of runs to see one.
    if (runs.value.length === 0) return route.value.run || FIRST_RUN
    return (named ?? runs.value[0])?.id ?? null
  })
  effect(() => {
    const id = wanted.value
    if (id === null) return
    view.value = null
    return source.follow(
      id,
      (next) => {
        view.value = next
      },
      (next) => {
        connection.value = next
      },
    )
  })
  // Runs that are compared are not followed one by one.
  effect(() => {
    if (route.value.page !== 'compare' || source.actions === null) return
    const timer = setInterval(() => void refresh(), COMPARE_EVERY_MS)
    return () => clearInterval(timer)
  })
  void refresh()
}

/** Runs are counted from 1 on. */
const FIRST_RUN = '1'
const COMPARE_EVERY_MS = 2_000

/** Outcomes in the order in which they are listed. */
export const OUTCOMES = [
  'accepted',
  'rejected',
  'incorrect',
  'abandoned',
  'indecisive',
  'open',
] as const satisfies readonly AttemptOutcome[]

/** Outcomes that are shown; all where none is chosen. */
export const shownOutcomes = computed<ReadonlySet<string>>(() => {
  const chosen = route.value.query.get('outcome')?.split('.') ?? []
  return new Set(chosen.length === 0 ? OUTCOMES : chosen)
})

/** Every attempt that has the words that are searched for, of the outcomes that are shown. */
export const shownAttempts = computed<readonly AttemptRow[]>(() => {
  const attempts = view.value?.attempts ?? []
  const words = (route.value.query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const outcomes = shownOutcomes.value
  if (words.length === 0 && outcomes.size === OUTCOMES.length) return attempts
  return attempts.filter((row) => outcomes.has(row.outcome) && (words.length === 0 || hasWords(row, words)))
})

function hasWords(row: AttemptRow, words: readonly string[]): boolean {
  const version = row.version === null ? '' : `v${row.version}`
  const text =
    `#${row.number} ${version} ${row.outcome} ${row.failure ?? ''} ${row.title} ${row.reason}`.toLowerCase()
  return words.every((word) => text.includes(word))
}
