import { expect, test } from 'vitest'
import { decide } from '../../src/gate/gate.ts'
import type { CorrectScore } from '../../src/score.ts'

const scored = (value: number): CorrectScore => ({
  correct: true,
  value,
  scores: [{ configuration: 'a', value }],
})
const best = {
  number: 3,
  tree: 't',
  summary: 's',
  commit: 'c',
  score: scored(10),
  gain: 0,
  attempt: 3,
  scorer: 's',
  costUsd: 0,
  committedAt: '',
}

test.each([
  [11, 'maximize', 'improvement', 'better', 0.1],
  [10, 'maximize', 'improvement', 'not-better', 0],
  [10, 'maximize', 'improvement_or_equal', 'better', 0],
  [9, 'maximize', 'improvement_or_equal', 'not-better', -0.1],
  [5, 'minimize', 'improvement', 'better', 1],
  [11, 'minimize', 'improvement', 'not-better', 10 / 11 - 1],
] as const)('%d against 10, %s, %s: %s', (value, direction, accept, outcome, gain) => {
  const verdict = decide(scored(value), best, direction, accept)
  expect(verdict.outcome).toBe(outcome)
  expect(verdict.gain).toBeCloseTo(gain)
})

test('an incorrect solution is not better, also where a lower score is', () => {
  const verdict = decide(
    { correct: false, failure: 'crash', reason: 'it crashed' },
    best,
    'minimize',
    'improvement_or_equal',
  )
  expect(verdict).toMatchObject({ outcome: 'not-better', gain: null, reason: 'it crashed' })
})
