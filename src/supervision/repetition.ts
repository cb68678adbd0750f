import type { AttemptRecord } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import { isSameIdea } from '../lessons/likeness.ts'
import { firstLine } from '../text.ts'
import { REPETITIONS, renderAttempts, type Sign } from './sign.ts'

/** A solution that came to be evaluated or submitted. */
interface Seen {
  readonly attempt: number
  readonly tree: string
}

/** Solutions that one after the other make up a round, at most. */
const LONGEST_ROUND = 4

/** The search goes round in circles: the same solutions in turns, the same solution, standing still, failing in one way or having one idea again. */
export function findRepetition(state: RunState, window: readonly AttemptRecord[]): Sign | null {
  const oldest = window[0]?.number ?? 0
  const evaluated = state.evaluated.filter(({ attempt }) => attempt >= oldest)
  const round = findRound(withSubmissions(evaluated, window))
  if (round !== null)
    return {
      kind: 'cycle',
      message: `the same ${round.length / 2} solutions came in turns, twice, in ${attemptsOf(round)}`,
    }
  const tree = findRepeated(evaluated, (evaluation) => evaluation.tree)
  if (tree !== null)
    return {
      kind: 'same-solution',
      message: `the same files were evaluated ${tree.length} times, in ${attemptsOf(tree)}`,
    }
  const stalled = window.filter((record) => record.stalled !== undefined)
  if (stalled.length >= REPETITIONS)
    return {
      kind: 'standing-still',
      message: `${numbersOf(stalled)} stood still: ${firstLine(stalled.at(-1)?.reason ?? '', 300)}`,
    }
  // What could not be measured says nothing about what was tried.
  const failures = window.filter(({ outcome }) => outcome === 'rejected' || outcome === 'abandoned')
  const failure = findRepeated(failures, failureOf)
  if (failure !== null)
    return {
      kind: 'same-failure',
      message: `${numbersOf(failure)} failed in the same way: ${firstLine(failure.at(-1)?.reason ?? '', 300)}`,
    }
  const idea = findRepeatedIdea(failures)
  if (idea === null) return null
  return {
    kind: 'same-idea',
    message: `${numbersOf(idea)} came to nothing with the same idea: ${ideaOf(idea.at(-1)) ?? ''}`,
  }
}

/** In order of time; what is seen twice in a row is one. */
function withSubmissions(evaluated: readonly Seen[], window: readonly AttemptRecord[]): readonly Seen[] {
  const submitted = window.flatMap(({ number, solution }) =>
    solution === undefined ? [] : [{ attempt: number, tree: solution.tree }],
  )
  const seen = [...evaluated, ...submitted].toSorted((a, b) => a.attempt - b.attempt)
  return seen.filter(({ tree }, index) => tree !== seen[index - 1]?.tree)
}

/** A, B, A, B at the end, or A, B, C, A, B, C. */
function findRound(seen: readonly Seen[]): readonly Seen[] | null {
  for (let length = 2; length <= LONGEST_ROUND; length++) {
    const last = seen.slice(-2 * length)
    const isRound = last.every(({ tree }, index) => tree === last[(index + length) % last.length]?.tree)
    if (last.length === 2 * length && isRound) return last
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

/** The last attempt and those before it that tell of its idea, each of them of that of all the others. */
function findRepeatedIdea(failures: readonly AttemptRecord[]): readonly AttemptRecord[] | null {
  const last = failures.at(-1)
  if (last === undefined) return null
  const alike = [last]
  for (const record of failures.slice(0, -1).toReversed()) {
    const idea = ideaOf(record)
    if (idea !== null && alike.every((other) => isSameIdea(idea, ideaOf(other) ?? ''))) alike.push(record)
  }
  return alike.length >= REPETITIONS ? alike.toReversed() : null
}

/** What was submitted, in its first line: what an attempt says at its beginning is often no more than that it will have a look. */
function ideaOf(record: AttemptRecord | undefined): string | null {
  const idea = firstLine(record?.solution?.summary ?? '', 200)
  return idea === '' ? null : idea
}

/** The kind of failure: the reason without its figures. A slower candidate is not a failure of a kind. */
function failureOf(record: AttemptRecord): string | undefined {
  if (typeof record.gain === 'number' || record.stalled !== undefined) return undefined
  return record.reason.replace(/[\d.]+/g, '#')
}

function attemptsOf(seen: readonly Seen[]): string {
  return renderAttempts(seen.map(({ attempt }) => attempt))
}

function numbersOf(records: readonly AttemptRecord[]): string {
  return renderAttempts(records.map(({ number }) => number))
}
