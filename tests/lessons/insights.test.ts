import { expect, test } from 'vitest'
import { drawInsights } from '../../src/lessons/insights.ts'
import { createRunFold } from '../../src/state/run-start.ts'
import { version } from '../storage/versions.ts'
import { attemptLesson, learnAll, tallyAll } from './lessons.ts'

const lessons = [
  attemptLesson(1, { kind: 'algorithm', outcome: 'gain', tried: 'radix sort' }),
  attemptLesson(2, { kind: 'less-work', tried: 'skip sorted runs' }),
  attemptLesson(3, { kind: 'less-work', outcome: 'gain', tried: 'skip runs that are sorted' }),
  ...[4, 5, 6, 7].map((attempt) => attemptLesson(attempt)),
]
const versions = [
  version(0, { gain: 0, attempt: 0 }),
  version(1, { gain: 0.1, attempt: 1, summary: 'radix sort' }),
  version(2, { gain: 0.5, attempt: 3, summary: 'skip sorted runs' }),
]
const state = {
  ...createRunFold(),
  ledger: Array.from({ length: 7 }, (_, index) => ({
    number: index + 1,
    outcome: 'rejected' as const,
    reason: 'no',
  })),
  versions,
  failedAttempts: 4,
  documents: [{ document: 'knowledge-base/read.md', found: 0, read: 1, cited: 0 }],
  lessons: [...learnAll(lessons)],
  lessonTallies: tallyAll(lessons, versions),
}

test('a page says what works, what does not, what is no longer true and what nobody has tried', () => {
  const { page } = drawInsights(state, {
    documents: ['knowledge-base/read.md', 'avo/caches.md'],
    directions: ['Use all of the cores.\nReally.'],
  })
  expect(page).toContain('# What 7 attempts have shown\n\n2 versions, +65.0% over the seed; 4 attempts since')
  expect(page).toContain('| another algorithm | 0 | 0 | 0 | 1 | +10.0% |\n')
  expect(page).toContain('| constants | 0 | 0 | 4 | 0 | +0.0% |\n')
  expect(page).toContain('## What works\n\n- v2, +50.0%: skip sorted runs\n- v1, +10.0%: radix sort\n')
  expect(page).toContain('- no gain in 4 attempts: raise the block size to 128 — -7.0% against v0\n')
  expect(page).toContain(
    '## What is no longer true\n\n- no gain in 1 attempt, 2 the last: skip sorted runs; now gain: skip runs',
  )
  expect(page).toContain('## Kinds of change that nobody has tried\n\n- data layout\n')
  expect(page).toContain('## Documents that were never read\n\n- avo/caches.md\n')
  expect(page).toContain('- Use all of the cores.\n')
})

test('the gist is three lines', () => {
  expect(drawInsights(state, { documents: ['avo/caches.md'], directions: [] }).gist).toBe(
    [
      'Gained, the most an attempt first: less work (1 of 2, +50.0% in all), another algorithm (1 of 1, +10.0% in all).',
      'Never gained: constants (0 of 4).',
      'Untried or unread: data layout, parallel work, what the machine does natively, 2 more, avo/caches.md.',
    ].join('\n'),
  )
})

test('one large gain comes before many small ones, whatever the order in which they came', () => {
  const small = [1, 2, 3, 4, 5].map((attempt) => attemptLesson(attempt, { outcome: 'gain' }))
  const large = (['gain', 'no-gain'] as const).map((outcome, index) =>
    attemptLesson(6 + index, { kind: 'algorithm', outcome }),
  )
  const gains = [0.01, 0.01, 0.01, 0.01, 0.01, 0.04]
  const made = gains.map((gain, index) => version(index + 1, { gain, attempt: index + 1 }))
  const tallies = tallyAll([...small, ...large], made)
  expect(
    drawInsights({ ...state, lessonTallies: tallies }, { documents: [], directions: [] }).gist,
  ).toContain(
    'Gained, the most an attempt first: another algorithm (1 of 2, +4.0% in all), constants (5 of 5, +5.1% in all).',
  )
})

test('what was forgotten is counted all the same, and attempts that submitted nothing are told', () => {
  const ledger = [1, 2, 3].map((number) => ({
    number,
    outcome: 'abandoned' as const,
    reason: 'it fell silent',
  }))
  const forgetful = { ...state, ledger: [...state.ledger, ...ledger], lessons: [] }
  const { page, gist } = drawInsights(forgetful, { documents: [], directions: [] })
  expect(page).toContain('| constants | 0 | 0 | 4 | 0 | +0.0% |\n')
  expect(page).toContain('In 3 of the 10 nothing was submitted.')
  expect(gist).toContain('less work (1 of 2, +50.0% in all)')
})

test('a run that has shown nothing yet has a page as well', () => {
  const { page, gist } = drawInsights(createRunFold(), { documents: [], directions: [] })
  expect(page).toContain('# What 0 attempts have shown\n\n0 versions, +0.0% over the seed')
  expect(gist).toMatch(/^Untried or unread: /)
})
