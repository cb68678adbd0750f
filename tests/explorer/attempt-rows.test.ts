import { describe, expect, test } from 'vitest'
import type { Event } from '../../src/events.ts'
import { createAttemptRows, foldAttempt } from '../../src/explorer/attempt-rows.ts'
import { groupFailures } from '../../src/explorer/page/failure-groups.ts'
import { packAttempts, unpackAttempts } from '../../src/explorer/run-patch.ts'
import type { AttemptRow } from '../../src/explorer/run-view.ts'
import type { CorrectScore, IncorrectScore } from '../../src/score.ts'
import { foldEvent } from '../../src/state/run-fold.ts'
import { createRunFold } from '../../src/state/run-start.ts'
import { version } from '../storage/versions.ts'

const CONFIGURATIONS = ['a', 'b']

function correct(value: number): CorrectScore {
  return { correct: true, value, scores: CONFIGURATIONS.map((configuration) => ({ configuration, value })) }
}

const wrong: IncorrectScore = { correct: false, failure: 'timeout', reason: 'it was ended after 60 s' }

function replied(attempt: number, turn: number, costUsd: number | null = 0.5): Event {
  const usage = { inputTokens: 10, cacheReadTokens: 80, cacheWriteTokens: 0, outputTokens: 10 }
  return { type: 'model.replied', attempt, turn, usage, costUsd, durationMs: 5, text: `try ${attempt}` }
}

/** The rows of some events, a second apart. */
function fold(events: readonly Event[]): {
  readonly rows: readonly AttemptRow[]
  readonly changes: readonly number[]
} {
  const state = createRunFold()
  const fold = createAttemptRows()
  const changes = events.map((event, index) => {
    const recorded = { at: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(), ...event }
    foldEvent(state, recorded)
    foldAttempt(fold, recorded, state)
    const from = fold.changedFrom
    fold.changedFrom = fold.rows.length
    return from
  })
  return { rows: fold.rows, changes }
}

const STARTED: readonly Event[] = [{ type: 'version.committed', version: version(0, { score: correct(1) }) }]

const attempt = (number: number, ...events: readonly Event[]): readonly Event[] => [
  { type: 'attempt.started', attempt: number },
  replied(number, 1),
  ...events,
]

describe('rows of attempts', () => {
  test('have what became of each, what it took, and what the run had used by then', () => {
    const evaluated: Event = {
      type: 'candidate.evaluated',
      attempt: 1,
      by: 'agent',
      tree: 't',
      score: correct(3),
      durationMs: 9,
      scorerRuns: 2,
    }
    const { rows } = fold([
      ...STARTED,
      ...attempt(1, evaluated, { type: 'version.committed', version: version(1, { attempt: 1 }) }),
      ...attempt(
        2,
        {
          type: 'gate.decided',
          attempt: 2,
          verdict: { outcome: 'not-better', reason: wrong.reason, score: wrong, gain: null },
        },
        { type: 'candidate.rejected', attempt: 2, reason: wrong.reason },
      ),
      ...attempt(3, {
        type: 'attempt.abandoned',
        attempt: 3,
        reason: 'the same calls again and again',
        refused: false,
        stalled: 'repeating',
      }),
      ...attempt(
        4,
        {
          type: 'gate.decided',
          attempt: 4,
          verdict: {
            outcome: 'not-better',
            reason: 'no',
            score: correct(1),
            reference: correct(2),
            gain: -0.5,
            interval: { low: -0.6, high: -0.4 },
          },
        },
        { type: 'candidate.rejected', attempt: 4, reason: 'no' },
      ),
      ...attempt(5),
    ])
    expect(
      rows.map(({ number, outcome, failure, version: made }) => [number, outcome, failure, made]),
    ).toEqual([
      [1, 'accepted', null, 1],
      [2, 'incorrect', 'timeout', null],
      [3, 'abandoned', 'stood still (repeating)', null],
      [4, 'rejected', 'not better', null],
      [5, 'open', null, null],
    ])
    expect(
      rows.map(({ costUsd, ownCostUsd, tokens, evaluations, best }) => [
        costUsd,
        ownCostUsd,
        tokens,
        evaluations,
        best,
      ]),
    ).toEqual([
      [0.5, 0.5, 100, 2, 0],
      [1, 0.5, 200, 2, 1],
      [1.5, 0.5, 300, 2, 1],
      [2, 0.5, 400, 2, 1],
      [2.5, 0.5, 500, 2, 1],
    ])
    expect(rows[3]).toMatchObject({
      score: 1,
      scoredBy: 'gate',
      values: [1, 1],
      gain: -0.5,
      low: -0.6,
      high: -0.4,
    })
    expect(rows[1]).toMatchObject({ score: null, scoredBy: null, values: [] })
    expect(rows[4]).toMatchObject({ title: 'try 5', turns: 1, endedMs: null })
  })

  test('count the calls whose price is unknown', () => {
    const { rows } = fold([
      ...STARTED,
      ...attempt(1, { type: 'candidate.rejected', attempt: 1, reason: 'no' }),
      ...attempt(2, replied(2, 2, null), replied(2, 3, null)),
    ])
    expect(rows.map(({ ownCostUsd, ownUnpricedCalls }) => [ownCostUsd, ownUnpricedCalls])).toEqual([
      [0.5, 0],
      [0.5, 2],
    ])
  })

  test('have their values by name, in the order of the seed as it was measured last', () => {
    const scored = (...scores: readonly (readonly [string, number])[]): CorrectScore => ({
      correct: true,
      value: 2,
      scores: scores.map(([configuration, value]) => ({ configuration, value })),
    })
    const accepted: Event = {
      type: 'version.committed',
      version: version(1, { attempt: 1, score: scored(['b', 4], ['a', 1]) }),
    }
    const remeasured = (...names: readonly string[]): Event => ({
      type: 'version.remeasured',
      number: 0,
      score: scored(...names.map((name) => [name, 9] as const)),
      scorer: 'sha256:new',
    })
    const events = [...STARTED, ...attempt(1, accepted)]
    expect(fold(events).rows[0]?.values).toEqual([1, 4])
    expect(fold([...events, remeasured('b', 'a')])).toMatchObject({ rows: [{ values: [4, 1] }] })
    const { rows, changes } = fold([
      ...events,
      remeasured('b', 'c'),
      ...attempt(2, {
        type: 'candidate.evaluated',
        attempt: 2,
        by: 'agent',
        tree: 't',
        score: scored(['c', 7], ['b', 5]),
        durationMs: 9,
      }),
    ])
    expect(rows.map(({ values }) => values)).toEqual([[], [5, 7]])
    // The rows before are sent again.
    expect(changes[events.length]).toBe(0)
  })

  test('of a lineage without a journal have the best version of their time, and the score of what they became', () => {
    const record = (number: number, outcome: 'accepted' | 'rejected') => ({ number, outcome, reason: '' })
    const { rows } = fold([
      ...STARTED,
      { type: 'version.committed', version: version(1, { attempt: 2, score: correct(3) }) },
      { type: 'version.committed', version: version(2, { attempt: 4, score: correct(5) }) },
      {
        type: 'lineage.rebuilt',
        versions: 3,
        attempts: [
          record(1, 'rejected'),
          record(2, 'accepted'),
          record(3, 'rejected'),
          record(4, 'accepted'),
          record(5, 'rejected'),
        ],
        costUsd: 1,
        costSinceVersionUsd: 0,
      },
    ])
    expect(rows.map(({ best, version: made, score, values }) => [best, made, score, values])).toEqual([
      [0, null, null, []],
      [0, 1, 3, [3, 3]],
      [1, null, null, []],
      [1, 2, 5, [5, 5]],
      [2, null, null, []],
    ])
    expect(rows[1]?.scoredBy).toBe('gate')
  })

  test('that changed are told from the first of them on, and are the same when they were sent', () => {
    const events = [
      ...STARTED,
      ...attempt(1),
      ...attempt(1, { type: 'candidate.rejected', attempt: 1, reason: 'no' }),
      ...attempt(2),
    ]
    const { rows, changes } = fold(events)
    expect(changes).toEqual([0, 0, 0, 1, 1, 1, 2, 2])
    expect(unpackAttempts(JSON.parse(JSON.stringify(packAttempts(rows))))).toEqual(rows)
  })
})

test('failures are grouped by what their reasons share: figures and names aside', () => {
  const row = (
    number: number,
    outcome: AttemptRow['outcome'],
    failure: string | null,
    reason: string,
  ): AttemptRow => {
    const { rows } = fold([...STARTED, ...attempt(number)])
    const [open] = rows
    if (open === undefined) throw new Error('there is no row')
    return { ...open, outcome, failure, reason }
  }
  const kinds = groupFailures([
    row(1, 'rejected', 'not better', 'not better than v3: -0.5% [-1.0%, 0.1%] in 12 rounds'),
    row(2, 'rejected', 'not better', 'not better than v12: +1.5% [-0.3%, 3.1%] in 4 rounds'),
    row(3, 'incorrect', 'crash', 'line 12: "x" is not defined'),
    row(4, 'incorrect', 'crash', 'line 7: "tmp_3" is not defined'),
    row(5, 'incorrect', 'crash', 'out of memory'),
    row(6, 'accepted', null, 'accepted as v4'),
    row(7, 'open', null, ''),
  ])
  expect(
    kinds.map(({ failure, rows, groups }) => [
      failure,
      rows.length,
      groups.map((group) => group.rows.map(({ number }) => number)),
    ]),
  ).toEqual([
    ['crash', 3, [[3, 4], [5]]],
    ['not better', 2, [[1, 2]]],
  ])
})
