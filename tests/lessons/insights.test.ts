import { expect, test } from 'vitest'
import type { Journal, RunState } from '../../src/journal.ts'
import type { ChangeKind } from '../../src/lesson.ts'
import { drawInsights } from '../../src/lessons/insights.ts'
import { createRunFold } from '../../src/state/run-start.ts'
import { memoryJournal } from '../memory-journal.ts'
import { version } from '../storage/versions.ts'
import { attemptLesson, countAll, learnAll } from './lessons.ts'

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
  ...countAll(lessons, versions),
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

const gistOf = (changes: Partial<RunState>): string =>
  drawInsights({ ...state, ...changes }, { documents: [], directions: [] }).gist

/** A run whose attempts at a kind gained so much, or nothing where that is 0, in their order. */
function playGains(gains: readonly (readonly [kind: ChangeKind, gain: number])[]): Journal {
  const journal = memoryJournal()
  journal.record({ type: 'version.committed', version: version(0, { gain: 0, attempt: 0 }) })
  for (const [index, [kind, gain]] of gains.entries()) {
    const attempt = index + 1
    const number = journal.state.versions.length
    if (gain > 0) journal.record({ type: 'version.committed', version: version(number, { gain, attempt }) })
    const lesson = attemptLesson(attempt, { kind, outcome: gain > 0 ? 'gain' : 'no-gain' })
    journal.record({ type: 'lesson.learnt', lesson })
  }
  return journal
}

const gistAfter = (gains: Parameters<typeof playGains>[0]): string => gistOf(playGains(gains).state)

const times = (count: number, kind: ChangeKind, gain: number) =>
  Array.from({ length: count }, () => [kind, gain] as const)

test('the gist is a few lines', () => {
  expect(drawInsights(state, { documents: ['avo/caches.md'], directions: [] }).gist).toBe(
    [
      'Gained in the last 7 attempts, the most promising first: less work (1 of 2, +50.0% in all), another algorithm (1 of 1, +10.0% in all).',
      'Never gained: constants (4 attempts).',
      'Untried or unread: data layout, parallel work, what the machine does natively, 2 more, avo/caches.md.',
    ].join('\n'),
  )
})

test('what gains more an attempt comes first, whatever the order in which it came', () => {
  const constants = times(5, 'constants', 0.01)
  const algorithm = [...times(1, 'algorithm', 0.04), ...times(1, 'algorithm', 0)]
  const told =
    'Gained in the last 7 attempts, the most promising first: another algorithm (1 of 2, +4.0% in all), constants (5 of 5, +5.1% in all).'
  expect(gistAfter([...constants, ...algorithm])).toContain(told)
  expect(gistAfter([...algorithm, ...constants])).toContain(told)
})

test('one stroke of luck does not stand before what gained again and again, nor many tries before few', () => {
  const luck = [...times(1, 'native', 0.07), ...times(3, 'constants', 0.09), ...times(1, 'constants', 0)]
  expect(gistAfter(luck)).toMatch(/first: constants \(3 of 4, \+29\.5% in all\), what the machine/)
  const tries = [...times(2, 'native', 0.05), ...times(6, 'native', 0), ...times(2, 'constants', 0.05)]
  expect(gistAfter(tries)).toMatch(/first: constants \(2 of 2, .*, what the machine does natively \(2 of 8, /)
  const large = [...times(8, 'constants', 0.5), ...times(3, 'native', 0.95)]
  expect(gistAfter(large)).toMatch(/first: what the machine does natively \(3 of 3, .*, constants/)
})

test('what has long been used up is told as such, and what was taken without a gain is none', () => {
  const used = [...times(1, 'algorithm', 9), ...times(60, 'algorithm', 0), ...times(10, 'constants', 0.02)]
  expect(gistAfter(used)).toContain(
    [
      'Gained in the last 50 attempts, the most promising first: constants (10 of 10, +21.9% in all).',
      'Gained only before: another algorithm (1 of 61, +900% in all).',
    ].join('\n'),
  )
  const equal = { kind: 'constants', outcome: 'gain', gain: 0 } as const
  const lessonTallies = { constants: { outcomes: { gain: 3 }, gain: 0 } }
  expect(gistOf({ lessonResults: [equal, equal, equal], lessonTallies })).toMatch(
    /^Never gained: constants \(3 attempts\)\.$/m,
  )
})

test('after a change of the scorer only what the present one has measured is told', () => {
  const journal = playGains([...times(1, 'algorithm', 0.1), ...times(4, 'constants', 0)])
  const { score } = version(1)
  const scorer = 'sha256:other'
  journal.record({ type: 'insights.drawn', number: 1, attempts: 5, gist: gistOf(journal.state) })
  // The best version, and then the seed.
  for (const number of [1, 0]) journal.record({ type: 'version.remeasured', number, score, scorer })
  expect(journal.state.insights).toMatchObject({
    number: 1,
    attempts: 5,
    gist: expect.stringContaining('The scorer has changed'),
  })
  // What is learnt late of an attempt that the earlier one judged.
  const late = attemptLesson(1, { kind: 'algorithm', outcome: 'gain', tried: 'late' })
  journal.record({ type: 'lesson.learnt', lesson: late })
  expect(journal.state.lessons.at(-1)).toMatchObject({ tried: 'late', ofEarlierScorer: true })
  const before = drawInsights(journal.state, { documents: [], directions: [] })
  expect(before.page).toContain('1 version, +0.0% over v1, with which the scorer changed;')
  expect(before.page).not.toMatch(/\+10\.0%|4 attempts:/)
  expect(before.gist).toBe('Untried or unread: less work, data layout, parallel work, 3 more.')

  const made = version(2, { gain: 0.2, attempt: 6, scorer, summary: 'vectors' })
  journal.record({ type: 'version.committed', version: made })
  const lesson = attemptLesson(6, { kind: 'native', outcome: 'gain', tried: 'vectors' })
  journal.record({ type: 'lesson.learnt', lesson })
  const { page, gist } = drawInsights(journal.state, { documents: [], directions: [] })
  expect(page).toContain('2 versions, +20.0% over v1, with which the scorer changed;')
  expect(page).toContain('## What works\n\n- v2, +20.0%: vectors\n')
  expect(gist).toMatch(
    /^Gained in the last 1 attempt, .*: what the machine does natively \(1 of 1, \+20\.0% in all\)\.$/m,
  )
})

test('what attempts said of themselves counts as tried where their lessons are lost', () => {
  const ledger = [
    {
      number: 1,
      outcome: 'indecisive' as const,
      reason: 'lost',
      solution: { tree: 't', summary: 'four threads' },
    },
  ]
  expect(gistOf({ ledger })).toContain('Untried or unread: data layout, what the machine')
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
