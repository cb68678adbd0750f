import { expect, test } from 'vitest'
import { renderInterventions } from '../../src/cli/supervisor-log.ts'
import { memoryJournal } from '../memory-journal.ts'
import { accepted, chosen, direction, intervened, rejected } from '../supervision/events.ts'

test('tells of each intervention what was asked for and what came of it, and in the end whether it helped', () => {
  const { state, record } = memoryJournal()
  const directions = [direction('algorithm', 'Radix sort.'), direction('refine', 'Tune it.\nAll.')]
  for (const event of [
    ...accepted(0),
    ...accepted(1),
    ...rejected(2, 'a'),
    intervened({ kind: 'failing', sign: '1 attempt in a row brought no version', directions }),
    chosen(1, 3),
    ...rejected(3, 'b'),
    ...rejected(4, 'c'),
    ...rejected(5, 'd'),
    chosen(2, 2),
    ...rejected(6, 'e'),
    ...accepted(2, 0.25, null, 7),
    ...rejected(8, 'f'),
    intervened({
      kind: 'costly',
      sign: '$3 brought no version',
      step: 'branch',
      base: 1,
      directions: [direction('explore', 'Begin with the data.')],
    }),
    chosen(3, 1),
  ])
    record(event)
  expect(renderInterventions(state)).toBe(`after attempt 2  failing: 1 attempt in a row brought no version
  2 directions: 6 attempts (3 to 8), v2, +25.0%
  1. algorithm: Radix sort.
     3 attempts (3 to 5), no version
  2. refine: Tune it.
     2 attempts (6, 7), v2, +25.0%

after attempt 8  costly: $3 brought no version
  another way from v1: no attempt
  3. explore: Begin with the data.

kind       directions  attempts  versions    gain
refine              1         2         1  +25.0%
algorithm           1         3         0   +0.0%

2 interventions, 1 of them brought versions. With a direction: 1 version in 5 attempts; without one: 1 in 3.`)
})

test('says so where it has not stepped in', () => {
  expect(renderInterventions(memoryJournal().state)).toBe('The supervisor has not stepped in.')
})
