import { describe, expect, test } from 'vitest'
import type { Event } from '../../src/events.ts'
import type { RunState } from '../../src/journal.ts'
import { findSign } from '../../src/supervision/signs.ts'
import { memoryJournal } from '../memory-journal.ts'

const settings = { maxFailedAttempts: 4, stallWindow: 3, cycleDetectionWindow: 6 }
const noUsage = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }

/** Events of an attempt that was rejected as slower, or as incorrect where there is no gain. */
function rejected(attempt: number, tree: string, gain: number | null, reason = 'not better'): Event[] {
  const score = { correct: false as const, failure: 'crash' as const, reason }
  return [
    { type: 'attempt.started', attempt },
    { type: 'solution.submitted', attempt, solution: { tree, summary: tree } },
    { type: 'gate.decided', attempt, verdict: { outcome: 'not-better', reason, score, gain } },
    { type: 'candidate.rejected', attempt, reason },
  ]
}

function accepted(number: number, value: number): Event[] {
  const score = { correct: true as const, value, scores: [{ configuration: 'a', value }] }
  const version = {
    number,
    tree: `t${number}`,
    summary: 's',
    commit: 'c',
    score,
    gain: 0.1,
    attempt: number,
    scorer: 's',
    costUsd: 0,
    committedAt: '',
  }
  return [{ type: 'version.committed', version }]
}

function evaluated(attempt: number, tree: string, by: 'agent' | 'gate' = 'agent'): Event[] {
  const score = { correct: false as const, failure: 'crash' as const, reason: 'no' }
  return [{ type: 'candidate.evaluated', attempt, by, tree, score, durationMs: 1 }]
}

function stateAfter(...events: readonly Event[][]): RunState {
  const journal = memoryJournal()
  for (const event of events.flat()) journal.record(event)
  return journal.state
}

const spoke: Event[] = [
  { type: 'supervisor.intervened', sign: 's', directions: ['d'], usage: noUsage, costUsd: 0 },
]
const sign = (state: RunState): string | undefined => findSign(state, settings, 'maximize')?.kind

describe('a sign', () => {
  test('is attempts in a row that bring nothing, not a moment before', () => {
    const failures = [1, 2, 3, 4].map((attempt) => rejected(attempt, `tree${attempt}`, -0.1))
    expect(sign(stateAfter(accepted(0, 1), ...failures.slice(0, 3)))).toBeUndefined()
    expect(sign(stateAfter(accepted(0, 1), ...failures))).toBe('failing')
  })

  test('is not given again while the last directions are being tried', () => {
    const failures = (from: number): Event[][] =>
      [0, 1, 2, 3].map((index) => rejected(from + index, `tree${from + index}`, -0.1))
    expect(
      sign(stateAfter(accepted(0, 1), ...failures(1), spoke, ...failures(5).slice(0, 3))),
    ).toBeUndefined()
    expect(sign(stateAfter(accepted(0, 1), ...failures(1), spoke, ...failures(5)))).toBe('failing')
  })

  test('is the same files evaluated a third time, since the supervisor spoke and the last version came', () => {
    const thrice = [evaluated(1, 'x'), evaluated(1, 'y'), evaluated(2, 'x'), evaluated(2, 'x')]
    expect(sign(stateAfter(accepted(0, 1), ...thrice.slice(0, 3)))).toBeUndefined()
    expect(findSign(stateAfter(accepted(0, 1), ...thrice), settings, 'maximize')).toEqual({
      kind: 'same-solution',
      message: 'the same files were evaluated 3 times, in attempts 1, 2',
    })
    expect(sign(stateAfter(accepted(0, 1), ...thrice, spoke, evaluated(3, 'x')))).toBeUndefined()
    expect(sign(stateAfter(accepted(0, 1), ...thrice, accepted(1, 2), evaluated(3, 'x')))).toBeUndefined()
  })

  test('is not what the gate measures, nor what lies further back than the window', () => {
    const measured = evaluated(1, 'x', 'gate')
    expect(sign(stateAfter(accepted(0, 1), measured, measured, measured))).toBeUndefined()
    const later = [3, 4, 5].map((attempt) => rejected(attempt, `t${attempt}`, -0.1))
    const old = [evaluated(1, 'x'), evaluated(1, 'x'), evaluated(1, 'x')]
    const patient = { ...settings, maxFailedAttempts: 99, cycleDetectionWindow: 2 }
    expect(findSign(stateAfter(accepted(0, 1), ...old, ...later), patient, 'maximize')).toBeNull()
  })

  test('is the same failure three times, whatever its figures; being slower is no failure of a kind', () => {
    const crash = (attempt: number): Event[] =>
      rejected(attempt, `t${attempt}`, null, `line ${attempt}: index out of range`)
    expect(sign(stateAfter(accepted(0, 1), crash(1), crash(2), crash(3)))).toBe('same-failure')
    const slower = (attempt: number): Event[] =>
      rejected(attempt, `t${attempt}`, -0.1, `-${attempt}% against v0`)
    expect(sign(stateAfter(accepted(0, 1), slower(1), slower(2), slower(3)))).toBeUndefined()
  })

  test('is a standstill three times, however it was told, and being redirected ends it', () => {
    const stalled = (attempt: number): Event[] => [
      { type: 'attempt.started', attempt },
      {
        type: 'attempt.abandoned',
        attempt,
        reason: `nothing, ${attempt}`,
        refused: false,
        stalled: 'repeating',
      },
    ]
    expect(sign(stateAfter(accepted(0, 1), stalled(1), stalled(2)))).toBeUndefined()
    const thrice = [accepted(0, 1), stalled(1), stalled(2), stalled(3)]
    expect(findSign(stateAfter(...thrice), settings, 'maximize')).toEqual({
      kind: 'standing-still',
      message: 'attempts 1, 2, 3 stood still: nothing, 3',
    })
    expect(sign(stateAfter(...thrice, spoke))).toBeUndefined()
  })

  test('is a window of versions that together gained next to nothing', () => {
    const crawl = [1, 1.001, 1.002, 1.003].map((value, number) => accepted(number, value))
    expect(sign(stateAfter(...crawl))).toBe('plateau')
    expect(sign(stateAfter(...crawl, spoke))).toBeUndefined()
    const climb = [1, 1.1, 1.2, 1.3].map((value, number) => accepted(number, value))
    expect(sign(stateAfter(...climb))).toBeUndefined()
    expect(findSign(stateAfter(...climb), settings, 'minimize')?.kind).toBe('plateau')
  })
})
