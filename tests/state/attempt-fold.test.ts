import { expect, test } from 'vitest'
import type { Rules } from '../../src/measurement.ts'
import { memoryJournal } from '../memory-journal.ts'
import { version } from '../storage/versions.ts'

const rules: Rules = {
  best: 1,
  direction: 'maximize',
  accept: 'improvement',
  plan: { kind: 'paired', maxRounds: 30, confirmRounds: 5 },
  alpha: 0.02,
  floor: 0,
  sd: 0.01,
  drift: null,
  limits: [],
  bounds: [],
  seed: 1,
}
const usage = { inputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 1 }

function begun() {
  const journal = memoryJournal()
  for (const number of [0, 1]) journal.record({ type: 'version.committed', version: version(number) })
  const say = (text: string, costUsd: number) =>
    journal.record({
      type: 'model.replied',
      attempt: 2,
      turn: 1,
      usage,
      costUsd,
      durationMs: 1,
      text,
      calls: 1,
    })
  say('before', 5)
  journal.record({ type: 'attempt.started', attempt: 2, inspirations: [1] })
  say('', 0.25)
  say(`I will cache the sums. ${'x'.repeat(500)}`, 0.25)
  say('Now another thing.', 0.25)
  return journal
}

test('a record has the hypothesis, cut short, and what the attempt cost', () => {
  const journal = begun()
  journal.record({ type: 'candidate.kept', attempt: 2, evaluation: 1, tree: 't', codeId: 'c', against: 1 })
  journal.record({ type: 'attempt.abandoned', attempt: 2, reason: 'r', refused: false })
  const record = journal.state.ledger.at(-1)
  expect(record).toMatchObject({ number: 2, outcome: 'abandoned', costUsd: 0.75, kept: 1 })
  expect(record?.hypothesis).toMatch(/^I will cache the sums\. x+…?$/)
  expect(record?.hypothesis?.length).toBeLessThanOrEqual(201)
  expect(journal.state.visits).toEqual([0, 1])
})

test('a rejected one has its interval and its gain in noise units', () => {
  const journal = begun()
  const solution = { tree: 't', summary: 's' }
  journal.record({ type: 'solution.submitted', attempt: 2, solution })
  journal.record({ type: 'gate.opened', attempt: 2, codeId: 'c', rules })
  const interval = { low: -0.03, high: 0.01 }
  const verdict = { outcome: 'not-better' as const, reason: 'no', score: null, gain: -0.01, interval }
  journal.record({ type: 'gate.decided', attempt: 2, verdict })
  journal.record({ type: 'candidate.rejected', attempt: 2, reason: 'no' })
  expect(journal.state.ledger.at(-1)).toMatchObject({ solution, codeId: 'c', gain: -0.01, interval })
  expect(journal.state.ledger.at(-1)?.z).toBeCloseTo(-1.005, 3)
})

test('what was evaluated under another scorer is not told again', () => {
  const journal = begun()
  journal.record({ type: 'candidate.kept', attempt: 2, evaluation: 1, tree: 't', codeId: 'c', against: 1 })
  expect(journal.state.kept).toHaveLength(1)
  journal.record({ type: 'version.remeasured', number: 1, score: version(1).score, scorer: 'other' })
  expect(journal.state.kept).toEqual([])
  expect(journal.state.attempt?.kept).toBe(1)
})

test('a candidate is remembered with what was said of it, and no other with the same words', () => {
  const journal = begun()
  const say = (text: string) =>
    journal.record({
      type: 'model.replied',
      attempt: 2,
      turn: 2,
      usage,
      costUsd: 0,
      durationMs: 1,
      text,
      calls: 1,
    })
  const keep = (evaluation: number, gain: number | null) =>
    journal.record({
      type: 'candidate.kept',
      attempt: 2,
      evaluation,
      tree: 't',
      codeId: 'c',
      against: 1,
      gain,
    })
  say(`Sort by\n\tcolumns. ${'x'.repeat(500)}`)
  say('')
  keep(1, -0.1)
  keep(2, null)
  say('')
  keep(3, 0.2)
  journal.record({
    type: 'tool.returned',
    attempt: 2,
    turn: 3,
    tool: 'revert',
    failed: false,
    durationMs: 1,
    base: 0,
  })
  say('From the seed.')
  keep(4, 0)
  const [first, ...others] = journal.state.kept
  expect(first).toMatchObject({ gain: -0.1, words: expect.stringMatching(/^Sort by columns\. x+…?$/) })
  expect(first?.words?.length).toBeLessThanOrEqual(201)
  expect(others.map(({ words, gain, base }) => [words, gain, base])).toEqual([
    [first?.words, null, undefined],
    [undefined, 0.2, undefined],
    ['From the seed.', 0, 0],
  ])
})
