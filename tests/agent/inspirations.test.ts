import { expect, test } from 'vitest'
import { chooseInspirations, upperConfidence } from '../../src/agent/inspirations.ts'
import type { AttemptRecord } from '../../src/attempt.ts'
import { memoryJournal } from '../memory-journal.ts'
import { version } from '../storage/versions.ts'

/** Attempts by what they were worth; the last one is that which the briefing tells of anyway. */
function ledgerOf(...worth: readonly (number | null)[]): AttemptRecord[] {
  return [...worth, 0].map((z, index) => ({
    number: index + 1,
    outcome: 'rejected',
    reason: 'r',
    codeId: `code ${index}`,
    solution: { tree: `t${index}`, summary: 's' },
    ...(z === null ? { gain: null } : { gain: z / 100, z }),
  }))
}

const stateOf = (ledger: readonly AttemptRecord[], visits: readonly number[] = []) => ({
  ...memoryJournal().state,
  ledger,
  visits,
})
const choose = (
  state: ReturnType<typeof stateOf>,
  policy: 'ucb1' | 'greedy' | 'recent' | 'random',
  count = 3,
) => chooseInspirations(state, { policy, count })

test('greedy takes the best, recent the newest, and a failure is worth the least', () => {
  const state = stateOf(ledgerOf(0.5, null, 2, -0.5))
  expect(choose(state, 'greedy')).toEqual([3, 1, 4])
  expect(choose(state, 'recent')).toEqual([4, 3, 2])
  expect(choose(state, 'greedy', 0)).toEqual([])
})

test('without noise a near miss is worth more than a disaster', () => {
  const ledger = ledgerOf(-5, -0.2, -5).map(({ z, ...record }) => record)
  expect(choose(stateOf(ledger), 'greedy')).toEqual([2, 3, 1])
})

test('random is the same for the same state, and another one when the run has gone on', () => {
  const ledger = ledgerOf(...Array.from({ length: 50 }, () => 0))
  const first = choose(stateOf(ledger), 'random')
  expect(new Set(first).size).toBe(3)
  expect(choose(stateOf(ledger), 'random')).toEqual(first)
  expect(choose(stateOf(ledger.slice(0, -1)), 'random')).not.toEqual(first)
})

test('ucb1 begins with the best and, as it was shown often, comes back to one that was hardly looked at', () => {
  const ledger = ledgerOf(1, 0.5, null)
  expect(choose(stateOf(ledger), 'ucb1', 1)).toEqual([1])
  expect(choose(stateOf(ledger, [0, 5, 0, 0]), 'ucb1', 1)).toEqual([2])
  expect(choose(stateOf(ledger, [0, 5, 60, 0]), 'ucb1', 1)).toEqual([3])
})

test('over many attempts ucb1 looks at the better ones more often, and at every one at some time', () => {
  const ledger = ledgerOf(3, 1, 0, -1, null)
  const visits = [0, 0, 0, 0, 0, 0]
  for (let turn = 0; turn < 300; turn++)
    for (const number of choose(stateOf(ledger, visits), 'ucb1', 1))
      visits[number] = (visits[number] ?? 0) + 1
  expect(visits.slice(1).every((count) => count > 0)).toBe(true)
  expect(visits[1]).toBeGreaterThan(Math.max(...visits.slice(2)) * 2)
})

test('upper confidence falls with looks and rises with value', () => {
  const arm = { number: 1, value: 0.5, visits: 1 }
  expect(upperConfidence(arm, 100)).toBeGreaterThan(upperConfidence({ ...arm, visits: 2 }, 100))
  expect(upperConfidence({ ...arm, value: 0.6 }, 100)).toBeGreaterThan(upperConfidence(arm, 100))
})

test('leaves out the best version, what left no files, what is the same code, and what another scorer measured', () => {
  const [first, second, third, fourth, fifth, last] = ledgerOf(1, 1, 1, 1, 1)
  if (!first || !second || !third || !fourth || !fifth || !last) throw new Error('too few')
  const { solution, ...nothing } = third
  const state = {
    ...stateOf([
      first,
      second,
      nothing,
      { ...fourth, outcome: 'accepted' },
      { ...fifth, codeId: 'code 1' },
      last,
    ]),
    versions: [version(0), version(1, { attempt: 4 })],
    segmentStart: 1,
  }
  expect(choose(state, 'recent', 9)).toEqual([2])
})
