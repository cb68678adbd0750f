import { expect, test } from 'vitest'
import { renderLesson } from '../../src/agent/lessons.ts'
import { renderAttemptLine } from '../../src/agent/past-attempts.ts'
import type { ChangeKind } from '../../src/lesson.ts'
import { drawInsights } from '../../src/lessons/insights.ts'
import { DIRECTION_KINDS } from '../../src/state/redirection.ts'
import { createRunFold } from '../../src/state/run-start.ts'
import { GENERAL_DIRECTIONS } from '../../src/supervision/directions.ts'
import { attemptLesson, countAll, learnAll } from '../lessons/lessons.ts'
import { version } from '../storage/versions.ts'
import { type Played, playRun, playTwice } from './play-run.ts'
import { findDirection, findFailures, findGoodForPart, findMostGained } from './read-texts.ts'

const FEW = { maxEvaluations: 120, maxAttempts: 60 }

test('the same seed plays the same run, and another one another', async () => {
  const play = async (seed: number) => {
    const { evaluations, state } = await playRun(seed, {}, FEW)
    return { evaluations, summaries: state.ledger.map(({ solution }) => solution?.summary) }
  }
  const first = await play(1)
  expect(first.summaries.length).toBeGreaterThan(10)
  expect(await play(1)).toEqual(first)
  expect(await play(2)).not.toEqual(first)
})

test('what is switched off is not there: no intervention, no lesson, no page of insights, no look at a past attempt', async () => {
  const [on, off, withoutInsights] = [
    await playRun(3, {}, FEW),
    await playRun(3, { supervisor: true, ledger: true, lessons: true }, FEW),
    await playRun(3, { insights: true }, FEW),
  ]
  expect(on.state.redirection.interventions.length).toBeGreaterThan(0)
  expect(on.state.lessons.length).toBeGreaterThan(0)
  expect(on.state.visits.length).toBeGreaterThan(0)
  expect(on.state.insights).not.toBeNull()
  expect(withoutInsights.state.lessons.length).toBeGreaterThan(0)
  expect(withoutInsights.state.insights).toBeNull()
  expect(off.state.insights).toBeNull()
  expect(off.state.redirection.interventions).toEqual([])
  expect(off.state.lessons).toEqual([])
  expect(off.state.visits).toEqual([])
})

test('a second run is another one of the same task, and is told what the first has learnt only where that is carried over', async () => {
  const { first, seconds } = await playTwice(3, FEW, { ...FEW, maxEvaluations: 60 }, [{}, { lessons: true }])
  const [carried, without] = seconds
  if (carried === undefined || without === undefined) throw new Error('two were asked for')
  const summaries = ({ state }: Played) => state.ledger.map(({ solution }) => solution?.summary)
  const shown = ({ state }: Played) => state.documents.map(({ document }) => document)
  expect(first.state.lessons.length).toBeGreaterThan(0)
  expect(carried.state.versions[0]?.score).toEqual(first.state.versions[0]?.score)
  expect(summaries(carried)).not.toEqual(summaries(first).slice(0, summaries(carried).length))
  expect(shown(carried)).toContainEqual(expect.stringMatching(/^lessons\/.+\/other\.md$/))
  expect(shown(without)).toEqual([])
})

test('it knows the kind of a direction by the words that AVO has for it', () => {
  const kinds = GENERAL_DIRECTIONS.map(({ what }) =>
    findDirection({ attempt: 1, text: `# Attempt 1\n\n## Directions\nThe search has stalled.\n- ${what}\n` }),
  )
  expect(kinds).toEqual(GENERAL_DIRECTIONS.map(({ kind }) => kind))
  expect(new Set(kinds)).toEqual(new Set(DIRECTION_KINDS))
  expect(findDirection({ attempt: 1, text: '# Attempt 1\n' })).toBeNull()
})

test('it knows what gained most by the page of what attempts have shown, where that is a kind of move', () => {
  const mostGained = (kind: ChangeKind) => {
    const lessons = [attemptLesson(1, { kind, outcome: 'gain' }), attemptLesson(2, { outcome: 'gain' })]
    const versions = [version(1, { gain: 0.2 }), version(2, { gain: 0.1, attempt: 2 })]
    const { gist } = drawInsights(
      { ...createRunFold(), ...countAll(lessons, versions) },
      { documents: [], directions: [] },
    )
    return findMostGained({ attempt: 3, text: `# Attempt 3\n\n## What 2 attempts have shown\n${gist}\n` })
  }
  expect(mostGained('algorithm')).toBe('algorithm')
  expect(mostGained('combination')).toBe('combine')
  expect(mostGained('simplification')).toBe('simplify')
  expect(mostGained('other')).toBeNull()
  expect(findMostGained({ attempt: 1, text: '# Attempt 1\n' })).toBeNull()
})

test('it takes what lessons and records call a failure for one, unless they say that it began elsewhere', () => {
  const tried = 'sort: rows, forward, none.'
  const [lesson] = learnAll([
    attemptLesson(1, { tried: 'sort: rows, forward, double.' }),
    attemptLesson(2, { tried, why: 'join: batch 96. No better: -1%' }),
  ])
  if (lesson === undefined) throw new Error('no lesson')
  const failures = [tried, 'join: batch 96.', 'sort: rows, forward, double.']
  expect(findFailures(renderLesson(lesson))).toEqual(failures)
  expect(findFailures(renderLesson({ ...lesson, outcome: 'gain' }))).toEqual(failures.slice(1))
  const unless = 'Brought onto v3: it began from v1, over which it is about +7.0%.'
  expect(findFailures(renderLesson({ ...lesson, unless }))).toEqual([])
  expect(findGoodForPart({ attempt: 3, text: renderLesson({ ...lesson, unless }) })).toMatchObject([
    { attempt: 2 },
  ])
  const record = {
    number: 2,
    outcome: 'rejected',
    reason: 'slower',
    solution: { tree: 't', summary: tried },
  } as const
  expect(findFailures(renderAttemptLine(record))).toEqual([tried])
  expect(findFailures(renderAttemptLine({ ...record, base: 1 }))).toEqual([])
  expect(findFailures(renderAttemptLine({ ...record, outcome: 'accepted' }))).toEqual([])
})
