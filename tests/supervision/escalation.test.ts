import { expect, test } from 'vitest'
import type { Event } from '../../src/events.ts'
import { isStrongerCalled, nextStep } from '../../src/supervision/escalation.ts'
import { memoryJournal } from '../memory-journal.ts'
import { accepted, intervened } from './events.ts'

const sign = { kind: 'failing', message: 's' } as const
const reach = { escalates: true, hasStrongerModel: true, maxInterventions: 9 }

/** The steps that follow one another as long as nothing helps. */
function steps(events: readonly Event[], options = reach, count = 9) {
  const { state, record } = memoryJournal()
  for (const event of events) record(event)
  const taken = []
  for (let index = 0; index < count; index++) {
    const step = nextStep(state, sign, options)
    taken.push([step.step, ...(step.base === undefined ? [] : [step.base])].join(' '))
    record(intervened({ ...step }))
  }
  return { taken, state, record }
}

const lineage = [0, 1, 2, 3, 4].flatMap((number) => accepted(number))

test('goes from directions to a fresh context, to earlier versions, to a stronger model, and in the end to the end', () => {
  const { taken } = steps(lineage, reach, 10)
  expect(taken).toEqual([
    'redirect',
    'fresh-context 4',
    'branch 2',
    'stronger-model 4',
    'fresh-context 4',
    'branch 1',
    'stronger-model 4',
    'fresh-context 4',
    'branch 3',
    'end',
  ])
})

test('leaves out what is not there', () => {
  const plain = { ...reach, hasStrongerModel: false }
  expect(steps(accepted(0), plain, 3).taken).toEqual(['redirect', 'fresh-context 0', 'fresh-context 0'])
  expect(steps(lineage, { ...reach, escalates: false, maxInterventions: 1 }, 3).taken).toEqual([
    'redirect',
    'redirect',
    'redirect',
  ])
})

test('begins from the front when a version comes; the stronger model goes with it', () => {
  const { state, record } = steps(lineage, reach, 4)
  expect(isStrongerCalled(state)).toBe(true)
  for (const event of accepted(5)) record(event)
  expect(isStrongerCalled(state)).toBe(false)
  expect(nextStep(state, sign, reach)).toEqual({ step: 'redirect' })
})

test('ends at once where nothing is left to gain, and goes on where the person starts a given-up run again', () => {
  const { state, record } = steps(lineage, reach, 9)
  expect(nextStep(memoryJournal().state, { kind: 'headroom', message: 's' }, reach)).toEqual({ step: 'end' })
  expect(nextStep(state, sign, reach)).toEqual({ step: 'end' })
  record({ type: 'run.ended', reason: { kind: 'stalled', message: 'm' } })
  expect(nextStep(state, sign, reach)).toEqual({ step: 'redirect' })
})
