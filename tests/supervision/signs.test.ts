import { describe, expect, test } from 'vitest'
import type { Event } from '../../src/events.ts'
import type { RunState } from '../../src/journal.ts'
import type { Round } from '../../src/measurement.ts'
import type { SupervisorSettings } from '../../src/supervision/sign.ts'
import { findSign, type Watch } from '../../src/supervision/signs.ts'
import { memoryJournal } from '../memory-journal.ts'
import { accepted, chosen, direction, evaluated, intervened, rejected, worked } from './events.ts'

const settings: SupervisorSettings = {
  maxFailedAttempts: 4,
  stallWindow: 3,
  cycleDetectionWindow: 6,
  attemptsPerDirection: 1,
  maxInterventions: 5,
}
const patient = { ...settings, maxFailedAttempts: 99 }

function stateAfter(...events: readonly (Event | readonly Event[])[]): RunState {
  const journal = memoryJournal()
  for (const event of events.flat()) journal.record(event)
  return journal.state
}

function look(state: RunState, watch: Partial<Watch> = {}) {
  return findSign(state, { settings, direction: 'maximize', ...watch })
}

const sign = (state: RunState, watch: Partial<Watch> = {}): string | undefined => look(state, watch)?.kind
const failures = (from: number, count: number): Event[] =>
  Array.from({ length: count }, (_, index) => rejected(from + index, `tree${from + index}`)).flat()
const rescored = (number: number): Event => ({
  type: 'version.remeasured',
  number,
  score: { correct: true, value: 1, scores: [{ configuration: 'a', value: 1 }] },
  scorer: 'another',
})
const spoke = [intervened({ directions: [direction('explore')] }), chosen(1, 2)]

describe('a stall', () => {
  test('is attempts in a row that bring nothing, not a moment before', () => {
    expect(sign(stateAfter(accepted(0), failures(1, 3)))).toBeUndefined()
    expect(sign(stateAfter(accepted(0), failures(1, 4)))).toBe('failing')
    expect(sign(stateAfter(accepted(0), failures(1, 4), rescored(0), failures(5, 3)))).toBeUndefined()
    expect(sign(stateAfter(accepted(0), failures(1, 4), rescored(0), failures(5, 4)))).toBe('failing')
  })

  test('is evaluations, money or hours without a version, where the person has said how many', () => {
    const paid: Event = {
      type: 'model.replied',
      attempt: 1,
      turn: 1,
      usage: { inputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 },
      costUsd: 3,
      durationMs: 1,
      text: '',
    }
    const state = stateAfter(accepted(0), paid, evaluated(1, 'x'), evaluated(1, 'y'), failures(1, 1))
    expect(sign(state)).toBeUndefined()
    expect(look(state, { settings: { ...settings, stallEvaluations: 2 } })).toEqual({
      kind: 'costly',
      message: '2 runs of the scorer brought no version',
    })
    expect(sign(state, { settings: { ...settings, stallEvaluations: 3 } })).toBeUndefined()
    expect(sign(state, { settings: { ...settings, stallCostUsd: 3 } })).toBe('costly')
    const later = { ...state, activeMs: state.activeMs + 7_200_000, waitedMs: 3_600_000 }
    expect(sign(later, { settings: { ...settings, stallHours: 1 } })).toBe('costly')
    expect(
      sign({ ...later, waitedMs: 7_200_000 }, { settings: { ...settings, stallHours: 1 } }),
    ).toBeUndefined()
    const moved = stateAfter(accepted(0), paid, accepted(1), failures(2, 1))
    expect(sign(moved, { settings: { ...settings, stallCostUsd: 3 } })).toBeUndefined()
  })

  test('is not spoken of while directions are being tried, and is when all were in vain', () => {
    expect(sign(stateAfter(accepted(0), failures(1, 4), spoke, failures(5, 1)))).toBeUndefined()
    expect(look(stateAfter(accepted(0), failures(1, 4), spoke, failures(5, 2)))).toEqual({
      kind: 'directions-failed',
      message: '1 direction brought no version in attempts 5, 6',
    })
    expect(sign(stateAfter(accepted(0), failures(1, 4), spoke, accepted(1, 0.1, null, 5)))).toBeUndefined()
  })
})

describe('a circle', () => {
  test('is the same files evaluated a third time, since the supervisor spoke and the last version came', () => {
    const thrice = [evaluated(1, 'x'), evaluated(1, 'y'), evaluated(2, 'x'), evaluated(2, 'x')]
    expect(sign(stateAfter(accepted(0), thrice.slice(0, 3)))).toBeUndefined()
    expect(look(stateAfter(accepted(0), thrice))).toEqual({
      kind: 'same-solution',
      message: 'the same files were evaluated 3 times, in attempts 1, 2',
    })
    expect(sign(stateAfter(accepted(0), thrice, intervened(), evaluated(3, 'x')))).toBeUndefined()
    expect(sign(stateAfter(accepted(0), thrice, accepted(1), evaluated(3, 'x')))).toBeUndefined()
    expect(sign(stateAfter(accepted(0), thrice, rescored(0)))).toBeUndefined()
  })

  test('is two solutions in turns across attempts, evaluated or only submitted', () => {
    const turns = ['x', 'y', 'x', 'y']
    const submitted = turns.map((tree, index) => rejected(index + 1, tree))
    expect(sign(stateAfter(accepted(0), submitted.slice(0, 3).flat()), { settings: patient })).toBeUndefined()
    expect(look(stateAfter(accepted(0), submitted.flat()), { settings: patient })).toEqual({
      kind: 'cycle',
      message: 'the same 2 solutions came in turns, twice, in attempts 1, 2, 3, 4',
    })
    const measured = turns.map((tree, index) => evaluated(index + 1, tree))
    expect(sign(stateAfter(accepted(0), measured))).toBe('cycle')
    const three = ['x', 'y', 'z', 'x', 'y', 'z'].map((tree, index) => evaluated(index + 1, tree))
    expect(look(stateAfter(accepted(0), three))?.message).toContain('the same 3 solutions')
    const wandering = ['x', 'y', 'x', 'z'].map((tree, index) => evaluated(index + 1, tree))
    expect(sign(stateAfter(accepted(0), wandering))).toBeUndefined()
  })

  test('is not what the gate measures, nor what lies further back than the window', () => {
    const measured = evaluated(1, 'x', 'gate')
    expect(sign(stateAfter(accepted(0), measured, measured, measured))).toBeUndefined()
    const old = [evaluated(1, 'x'), evaluated(1, 'x'), evaluated(1, 'x')]
    const short = { ...patient, cycleDetectionWindow: 2 }
    expect(sign(stateAfter(accepted(0), old, failures(3, 3)), { settings: short })).toBeUndefined()
  })

  test('is the same failure three times, whatever its figures; being slower is no failure of a kind', () => {
    const crash = (attempt: number): Event[] =>
      rejected(attempt, `t${attempt}`, null, `line ${attempt}: index out of range`)
    expect(look(stateAfter(accepted(0), crash(1), crash(2), crash(3)))).toEqual({
      kind: 'same-failure',
      message: 'attempts 1, 2, 3 failed in the same way: line 3: index out of range',
    })
    const unmeasured = (attempt: number): Event[] => [
      { type: 'attempt.started', attempt },
      { type: 'solution.submitted', attempt, solution: { tree: `t${attempt}`, summary: 'an idea of it' } },
      { type: 'candidate.set-aside', attempt, reason: 'v0 failed in 2 of 3 rounds' },
    ]
    expect(sign(stateAfter(accepted(0), unmeasured(1), unmeasured(2), unmeasured(3)))).toBeUndefined()
    const slower = (attempt: number): Event[] =>
      rejected(attempt, `t${attempt}`, -0.1, `-${attempt}% against v0`)
    expect(sign(stateAfter(accepted(0), slower(1), slower(2), slower(3)))).toBeUndefined()
  })

  test('is the same idea three times in other words and with other figures, each failing by itself', () => {
    const tried = (attempt: number, summary: string): Event[] =>
      rejected(attempt, `t${attempt}`, -0.1, `-${attempt}% against v0`).map((event) =>
        event.type === 'solution.submitted' ? { ...event, solution: { ...event.solution, summary } } : event,
      )
    const sweep = [
      'Raise the block size to 64',
      'Block size 128 instead of 64',
      'raise block size to 32\n\nAgain.',
    ]
    const thrice = sweep.flatMap((summary, index) => tried(index + 1, summary))
    expect(look(stateAfter(accepted(0), thrice), { settings: patient })).toEqual({
      kind: 'same-idea',
      message: 'attempts 1, 2, 3 came to nothing with the same idea: raise block size to 32',
    })
    expect(sign(stateAfter(accepted(0), thrice.slice(0, 8)), { settings: patient })).toBeUndefined()
    const moved = [thrice, tried(4, 'Transpose B for sequential reads')]
    expect(sign(stateAfter(accepted(0), ...moved), { settings: patient })).toBeUndefined()
    const chain = ['cache rows and sums', 'cache sums and heaps', 'cache heaps and tries']
    const chained = chain.flatMap((summary, index) => tried(index + 1, summary))
    expect(sign(stateAfter(accepted(0), chained), { settings: patient })).toBeUndefined()
    const silent = [1, 2, 3].map((attempt) => tried(attempt, ' '))
    expect(sign(stateAfter(accepted(0), silent.flat()), { settings: patient })).toBeUndefined()
    const huge = [1, 2, 3].map((attempt) => tried(attempt, `${'same '.repeat(200_000)}${attempt}`))
    expect(sign(stateAfter(accepted(0), huge.flat()), { settings: patient })).toBe('same-idea')
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
    expect(sign(stateAfter(accepted(0), stalled(1), stalled(2)))).toBeUndefined()
    const thrice = [accepted(0), stalled(1), stalled(2), stalled(3)]
    expect(look(stateAfter(...thrice))).toEqual({
      kind: 'standing-still',
      message: 'attempts 1, 2, 3 stood still: nothing, 3',
    })
    expect(sign(stateAfter(...thrice, spoke))).toBeUndefined()
  })
})

describe('a habit', () => {
  test('is changing the solution and never evaluating it', () => {
    const blind = [1, 2, 3].map((attempt) => worked(attempt, 'edit_file', 'write_file'))
    expect(sign(stateAfter(accepted(0), blind.slice(0, 2).flat()))).toBeUndefined()
    expect(look(stateAfter(accepted(0), blind.flat()))).toEqual({
      kind: 'unevaluated',
      message: 'attempts 1, 2, 3 changed the solution and never evaluated it',
    })
    const once = worked(3, 'edit_file', 'evaluate')
    expect(sign(stateAfter(accepted(0), blind.slice(0, 2).flat(), once))).toBeUndefined()
  })

  test('is evaluating what is known and never changing it; what a command has changed is a change', () => {
    const idle = (attempt: number, tree: string) => [
      evaluated(attempt, tree),
      ...worked(attempt, 'revert', 'evaluate', 'evaluate'),
    ]
    const settled = { settings: { ...patient, cycleDetectionWindow: 3 } }
    const known = [1, 2, 3].map((attempt) => idle(attempt, 't0'))
    expect(sign(stateAfter(accepted(0), known.flat()), settled)).toBe('unedited')
    const byShell = [1, 2, 3].map((attempt) => idle(attempt, `new${attempt}`))
    expect(sign(stateAfter(accepted(0), byShell.flat()), settled)).toBeUndefined()
    const timid = [1, 2, 3].map((attempt) => worked(attempt, 'evaluate'))
    expect(sign(stateAfter(accepted(0), timid.flat()), settled)).toBeUndefined()
  })

  test('counts a call that was made again after a crash once', () => {
    const called: Event = { type: 'tool.called', attempt: 1, turn: 1, tool: 'evaluate', about: '', call: 'a' }
    const state = stateAfter(accepted(0), { type: 'attempt.started', attempt: 1 }, called, called)
    expect(state.attempt?.evaluations).toBe(1)
  })
})

describe('a plateau', () => {
  const versions = (...gains: readonly number[]) => [
    accepted(0),
    ...gains.map((gain, index) => accepted(index + 1, gain)),
  ]

  const calibrated = (sd: number): Event => {
    const score = (value: number) => ({
      correct: true as const,
      value,
      scores: [{ configuration: 'a', value }],
    })
    const rounds = Array.from(
      { length: 12 },
      (_, index): Round => ({
        stage: 'calibrate',
        against: 0,
        candidate: score(index % 2 === 0 ? 1 + sd : 1),
        reference: score(index % 2 === 0 ? 1 : 1 + sd),
        first: 'candidate',
        durationMs: 1,
      }),
    )
    return { type: 'gate.calibrated', calibration: { scorer: 's', machine: 'm', version: 0, rounds } }
  }

  test('is a window of versions that together gained next to nothing', () => {
    const crawl = stateAfter(...versions(0.001, 0.001, 0.001))
    expect(sign(crawl)).toBe('plateau')
    expect(sign(stateAfter(...versions(0.001, 0.001, 0.001), intervened()))).toBeUndefined()
    expect(sign(stateAfter(...versions(0.001, 0.001, 0.001), rescored(3)))).toBeUndefined()
    expect(sign(stateAfter(...versions(0.1, 0.1, 0.1)))).toBeUndefined()
    expect(sign(stateAfter(...versions(0.1, 0.001, 0.001)))).toBeUndefined()
  })

  test('is what the noise explains, where it is known: less than 1% in calm, more in a storm', () => {
    const small = versions(0.002, 0.002, 0.002)
    expect(sign(stateAfter(...small, calibrated(0.0001)))).toBeUndefined()
    expect(sign(stateAfter(...small, calibrated(0.01)))).toBe('plateau')
    const large = versions(0.02, 0.02, 0.02)
    expect(sign(stateAfter(...large, calibrated(0.01)))).toBeUndefined()
    expect(look(stateAfter(...large, calibrated(0.1)))?.message).toMatch(
      /gained \+6\.1%, which the noise explains/,
    )
  })

  test('has no headroom where the best version is as good as the task says that any can be', () => {
    const state = stateAfter(...versions(0.1), calibrated(0.01))
    expect(sign(state, { bound: 1.105 })).toBe('headroom')
    expect(sign(state, { bound: 1.2 })).toBeUndefined()
    expect(sign(state, { bound: { other: 1 } })).toBeUndefined()
    expect(sign(state, { bound: 1.099, direction: 'minimize' })).toBe('headroom')
    expect(sign(state, { bound: 1, direction: 'minimize' })).toBeUndefined()
  })

  test('has headroom to the last digit where there is no noise', () => {
    const state = stateAfter(...versions(0.1))
    const { value = 0 } = state.versions.at(-1)?.score ?? {}
    expect(sign(state, { bound: value + 1e-9 })).toBeUndefined()
    expect(sign(state, { bound: value })).toBe('headroom')
  })
})
