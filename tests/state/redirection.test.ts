import { expect, test } from 'vitest'

import type { Event } from '../../src/events.ts'
import type { Rules } from '../../src/measurement.ts'
import { startingPoint } from '../../src/state/redirection.ts'
import { traceInterventions } from '../../src/supervision/outcomes.ts'
import { memoryJournal } from '../memory-journal.ts'
import { accepted, chosen, direction, intervened, rejected } from '../supervision/events.ts'

function play(...events: readonly Parameters<ReturnType<typeof memoryJournal>['record']>[0][]) {
  const { state, record } = memoryJournal()
  for (const event of events) record(event)
  return { state, record }
}

const RULES: Rules = {
  best: 0,
  direction: 'maximize',
  accept: 'improvement',
  plan: { kind: 'paired', maxRounds: 30, confirmRounds: 5 },
  alpha: 0.02,
  floor: 0,
  sd: null,
  drift: null,
  limits: [],
  bounds: [],
  seed: 1,
}
const three = [direction('explore'), direction('combine'), direction('refine')]

test('directions wait in a queue, are in force for so many attempts, and the record says which an attempt followed', () => {
  const { state } = play(
    ...accepted(0),
    intervened({ directions: three }),
    chosen(2, 2),
    ...rejected(1, 'x'),
    ...rejected(2, 'y'),
    ...rejected(3, 'z'),
  )
  expect(state.redirection.inForce).toBeNull()
  expect(state.redirection.queue.map(({ number }) => number)).toEqual([1, 3])
  const followed = { number: 2, kind: 'combine' }
  expect(state.ledger.map((record) => record.direction)).toEqual([followed, followed, undefined])
})

test('a version ends what was asked for, but on a plateau the queue is still worked through', () => {
  const after = (kind: 'failing' | 'plateau') =>
    play(...accepted(0), intervened({ kind, directions: three }), chosen(1), ...accepted(1)).state.redirection
  expect(after('failing')).toMatchObject({ queue: [], inForce: null, fruitless: 0 })
  expect(after('plateau').queue.map(({ number }) => number)).toEqual([2, 3])
})

test('a version that gains less than counts takes no direction away, and the attempt is one of its turns all the same', () => {
  const after = (version: readonly Event[]) =>
    play(...accepted(0), intervened({ kind: 'failing', directions: three }), chosen(1, 2), ...version).state
      .redirection
  const slight = after(accepted(1, 0.0001))
  expect(slight.queue.map(({ number }) => number)).toEqual([2, 3])
  expect(slight).toMatchObject({ inForce: { number: 1, attemptsLeft: 1 }, fruitless: 0 })
  expect(after(accepted(1, 0.02))).toMatchObject({ queue: [], inForce: null })
  // What counts where there is noise is what the noise does not explain, be it more or less than a percent.
  const noisy = (gain: number, floor: number): readonly Event[] => {
    const [started, committed] = accepted(1, gain)
    const gate: Event = {
      type: 'gate.opened',
      attempt: 1,
      codeId: 'c',
      rules: { ...RULES, floor, sd: floor },
    }
    return [started, gate, committed].flatMap((event) => event ?? [])
  }
  expect(after(noisy(0.02, 0.03)).queue).toHaveLength(2)
  expect(after(noisy(0.002, 0.001)).queue).toEqual([])
})

test('an attempt that stands still ends its direction', () => {
  const { state } = play(...accepted(0), intervened({ directions: three }), chosen(1, 5), {
    type: 'attempt.abandoned',
    attempt: 1,
    reason: 'r',
    refused: false,
    stalled: 'silent',
  })
  expect(state.redirection.inForce).toBeNull()
})

test('journals of before, in which a direction is a text, still open', () => {
  const { state } = play(...accepted(0), intervened({ directions: ['Use radix sort.', 'Give up.'] }))
  expect(state.redirection.interventions).toMatchObject([{ kind: null, step: 'redirect', attempts: 0 }])
  expect(state.redirection.queue).toMatchObject([
    { number: 1, kind: 'explore', what: 'Use radix sort.', read: [] },
    { number: 2, what: 'Give up.' },
  ])
})

test('the work starts from where the supervisor or the agent set it back to, until a version comes', () => {
  const { state, record } = play(...accepted(0), ...accepted(1), ...accepted(2))
  const start = () => startingPoint(state)?.number
  const reverted = (base: number) =>
    record({ type: 'tool.returned', attempt: 3, turn: 1, tool: 'revert', failed: false, durationMs: 1, base })
  expect(start()).toBe(2)
  record(intervened({ step: 'branch', base: 0 }))
  expect(start()).toBe(0)
  reverted(2)
  expect(start()).toBe(2)
  reverted(1)
  expect(start()).toBe(1)
  record({ type: 'workspace.changed', files: ['a'], kept: null })
  expect(start()).toBe(2)
  reverted(0)
  for (const event of accepted(3)) record(event)
  expect(start()).toBe(3)
})

test('what came of a direction are the attempts that followed it and their versions', () => {
  const { state } = play(
    ...accepted(0),
    ...rejected(1, 'x'),
    intervened({ kind: 'failing', directions: three }),
    chosen(1),
    ...rejected(2, 'y'),
    chosen(3),
    ...accepted(1, 0.25, 2, 3),
    ...rejected(4, 'z'),
    intervened({ kind: 'failing', step: 'fresh-context', base: 1 }),
  )
  const [first, second] = traceInterventions(state)
  expect(first).toMatchObject({ afterAttempt: 1, attempts: [2, 3, 4], versions: [1] })
  expect(first?.gain).toBeCloseTo(0.25)
  expect(first?.directions.map(({ attempts, versions }) => [attempts, versions])).toEqual([
    [[2], []],
    [[], []],
    [[3], [1]],
  ])
  expect(second).toMatchObject({ step: 'fresh-context', base: 1, attempts: [], versions: [], gain: 0 })
})
