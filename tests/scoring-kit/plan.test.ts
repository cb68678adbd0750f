import { expect, test } from 'vitest'
import { toPlan } from '../../src/scoring-kit/plan.ts'
import type { ScoringTask } from '../../src/scoring-kit/task.ts'

const TASK: ScoringTask<number, number> = {
  candidate: { module: 'f.mjs', function: 'f' },
  configurations: { a: 1 },
  input: (size) => size,
  reference: (_, input) => input,
}

test.each<[string, Partial<Record<keyof ScoringTask<number, number>, unknown>>]>([
  ['candidate is one of', { candidate: { module: 'f.mjs', function: 'f', command: ['f'] } }],
  ['candidate.module is', { candidate: { module: '../f.mjs', function: 'f' } }],
  ['candidate.module is', { candidate: { module: 'f.rb', function: 'f' } }],
  ['input is a function', { input: 5 }],
  ['one of check and reference', { check: () => true }],
  ['one of check and reference', { reference: undefined }],
  ['value is the score', { value: () => 1, score: 'seconds' }],
  ['score is per-second or seconds', { score: 'calls' }],
  ['fresh is evaluation or sample', { fresh: 'always' }],
  ['channel can be subtracted', { candidate: { command: ['cat'] }, channel: 'subtracted' }],
  ['at least one configuration', { configurations: {} }],
  ['not "a\\nb"', { configurations: { 'a\nb': 1 } }],
  ['not "__proto__"', { configurations: JSON.parse('{"__proto__": 1}') }],
  ['in the holdout as well', { holdout: { a: 2 } }],
  ['samples is a number above 0', { samples: 0 }],
  ['timeoutSeconds is a number above 0', { timeoutSeconds: Number.NaN }],
])('a task is refused with "%s"', (words, change) => {
  const task = { ...TASK, ...change } as typeof TASK
  expect(() => toPlan(task)).toThrow(words)
})

test('a task that says as little as it can', () => {
  expect(toPlan(TASK)).toMatchObject({
    score: 'per-second',
    samples: 5,
    budgetSeconds: 0.5,
    fresh: 'evaluation',
  })
})
