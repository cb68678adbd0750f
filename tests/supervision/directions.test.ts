import { expect, test } from 'vitest'
import { createRotation, GENERAL_DIRECTIONS } from '../../src/supervision/directions.ts'
import { memoryJournal } from '../memory-journal.ts'
import { direction, intervened } from './events.ts'

const never = new AbortController().signal
const sign = { kind: 'failing', message: 'nothing comes' } as const

test('each direction of the rotation has its turn, of a kind of its own', async () => {
  const { state, record } = memoryJournal()
  const rotate = createRotation()
  const given = []
  for (let turn = 0; turn < 3; turn++) {
    const { directions } = await rotate(sign, state, never)
    expect(new Set(directions.map(({ kind }) => kind)).size).toBe(directions.length)
    given.push(...directions)
    record(intervened({ directions }))
  }
  expect(new Set(given).size).toBe(GENERAL_DIRECTIONS.length)
})

test('what mends trouble, and what a model proposed, takes nobody else’s turn', async () => {
  const { state, record } = memoryJournal()
  const rotate = createRotation()
  const given: string[] = []
  record(intervened({ directions: [direction('explore', 'Ask the model.')] }))
  for (const kind of ['unevaluated', 'cycle', 'same-failure', 'failing'] as const) {
    const { directions } = await rotate({ kind, message: 's' }, state, never)
    given.push(...directions.map(({ what }) => what))
    record(intervened({ directions }))
  }
  const general = GENERAL_DIRECTIONS.map(({ what }) => what)
  expect(given.filter((what) => general.includes(what)).slice(0, general.length)).toEqual(general)
})

test('what mends the trouble that was seen goes first', async () => {
  const { state } = memoryJournal()
  const firsts = await Promise.all(
    (
      [
        'unevaluated',
        'unedited',
        'cycle',
        'same-solution',
        'same-failure',
        'same-idea',
        'standing-still',
      ] as const
    ).map(async (kind) => {
      const { directions } = await createRotation()({ kind, message: 's' }, state, never)
      return directions[0]?.what
    }),
  )
  expect(firsts[0]).toContain('call `evaluate` at once')
  expect(new Set(firsts).size).toBe(7)
})
