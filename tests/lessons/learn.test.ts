import { describe, expect, test } from 'vitest'
import { renderAttemptLine } from '../../src/agent/past-attempts.ts'
import { renderRecollection } from '../../src/agent/recollection.ts'
import type { AttemptRecord, Verdict } from '../../src/attempt.ts'
import { nameOutcome } from '../../src/lesson.ts'
import { createLearning, type Wording } from '../../src/lessons/learn.ts'
import type { CorrectScore } from '../../src/score.ts'
import { memoryJournal } from '../memory-journal.ts'
import { version } from '../storage/versions.ts'
import { intervened } from '../supervision/events.ts'

const never = new AbortController().signal

function score(a: number, b: number): CorrectScore {
  const scores = [
    { configuration: 'a', value: a },
    { configuration: 'b', value: b },
  ]
  return { correct: true, value: Math.sqrt(a * b), scores }
}

function createRun(word?: Wording) {
  const journal = memoryJournal()
  journal.record({ type: 'version.committed', version: version(0, { score: score(1, 1) }) })
  const learn = createLearning({ journal, direction: 'maximize', ...(word === undefined ? {} : { word }) })
  return {
    ...journal,
    learn: () => learn(never),
    begin(attempt: number, summary: string, note = '') {
      journal.record({ type: 'attempt.started', attempt })
      if (note !== '') journal.record({ type: 'note.taken', attempt, text: note })
      journal.record({ type: 'solution.submitted', attempt, solution: { tree: `t${attempt}`, summary } })
    },
    reject(attempt: number, verdict: Verdict) {
      journal.record({ type: 'gate.decided', attempt, verdict })
      journal.record({ type: 'candidate.rejected', attempt, reason: verdict.reason })
    },
    abandon(attempt: number, note: string) {
      journal.record({ type: 'attempt.started', attempt })
      if (note !== '') journal.record({ type: 'note.taken', attempt, text: note })
      journal.record({ type: 'attempt.abandoned', attempt, reason: 'it fell silent', refused: false })
    },
  }
}

describe('a lesson from the record', () => {
  test('of what brought no gain has the figures, the notes, and where it did gain', async () => {
    const run = createRun()
    run.begin(1, 'cache the rows\n\nparsing took most', 'the rows are read once')
    run.reject(1, {
      outcome: 'not-better',
      reason: '-22.5% against v0',
      score: score(1.2, 0.5),
      reference: score(1, 1),
      gain: -0.225,
    })
    await run.learn()
    expect(run.state.lessons).toEqual([
      {
        attempt: 1,
        attempts: [1],
        times: 1,
        kind: 'less-work',
        outcome: 'no-gain',
        tried: 'cache the rows',
        happened: '-22.5% against v0',
        why: 'the rows are read once',
        unless: 'On a alone: there it brought +20.0%.',
        before: [],
      },
    ])
  })

  test('says nothing of a configuration that its noise explains: each is noisier than the mean of all', async () => {
    const run = createRun()
    const lose = async (attempt: number, high: number): Promise<string | undefined> => {
      run.begin(attempt, `idea${'abc'[attempt]} alone`)
      run.reject(attempt, {
        outcome: 'not-better',
        reason: 'within noise',
        score: score(1.2, 0.8),
        reference: score(1, 1),
        gain: -0.02,
        interval: { low: -0.1, high },
      })
      await run.learn()
      return run.state.lessons.at(-1)?.unless
    }
    expect(await lose(1, 0.1)).toBe('On a alone: there it brought +20.0%.')
    expect(await lose(2, 0.2)).toBe('')
  })

  test('there is none of an attempt in which nobody said what was tried, and the next one teaches again', async () => {
    const run = createRun()
    run.abandon(1, '')
    await run.learn()
    expect(run.state.lessons).toEqual([])
    run.abandon(2, 'vectors are slower here')
    await run.learn()
    expect(run.state.lessons).toMatchObject([{ attempts: [2], tried: 'vectors are slower here', why: '' }])
  })

  test('there is none of code that had its verdict, unless something was noted', async () => {
    const run = createRun()
    const known = {
      outcome: 'not-better',
      reason: 'the same code as in attempt 1',
      score: null,
      gain: null,
    } as const
    run.begin(1, 'unroll loops')
    run.reject(1, known)
    await run.learn()
    expect(run.state.lessons).toEqual([])
    run.begin(2, 'unroll loops', 'the compiler unrolls them by itself')
    run.reject(2, known)
    await run.learn()
    expect(run.state.lessons).toMatchObject([{ attempts: [2], why: 'the compiler unrolls them by itself' }])
  })

  test('of a version has its gain, and the words of its summary where nothing was noted', async () => {
    const run = createRun()
    run.begin(1, 'radix sort\n\ncomparisons took\nmost of the time')
    run.record({
      type: 'version.committed',
      version: version(1, { gain: 0.034, summary: 'radix sort\n\ncomparisons took\nmost of the time' }),
    })
    await run.learn()
    expect(run.state.lessons).toMatchObject([
      {
        kind: 'algorithm',
        outcome: 'gain',
        happened: 'v1: +3.4% over v0',
        why: 'comparisons took most of the time',
      },
    ])
  })

  test('tells what is wrong from what is slow, and both from what was never submitted', async () => {
    const run = createRun()
    run.begin(1, 'cache everything')
    const reason = 'a: wrong output'
    const wrong = { correct: false as const, failure: 'incorrect' as const, reason }
    run.reject(1, { outcome: 'not-better', reason, score: wrong, gain: null })
    await run.learn()
    run.begin(2, 'unroll loops')
    run.reject(2, { outcome: 'not-better', reason: '-1% against v0', score: score(1, 0.98), gain: -0.01 })
    await run.learn()
    run.abandon(3, 'vectors are slower here')
    await run.learn()
    expect(run.state.lessons.map(({ outcome, tried }) => [outcome, tried])).toEqual([
      ['incorrect', 'cache everything'],
      ['no-gain', 'unroll loops'],
      ['unfinished', 'vectors are slower here'],
    ])
  })

  test('of what began from an earlier version says what it is over that one, and is no other lesson', async () => {
    const run = createRun()
    run.begin(1, 'a table')
    run.record({ type: 'version.committed', version: version(1, { gain: 0.5, score: score(1.5, 1.5) }) })
    const slower = { outcome: 'not-better' as const, reason: '-20.0% against v1', gain: -0.2 }
    const verdict = { ...slower, score: score(1.2, 1.2), reference: score(1.5, 1.5) }
    run.record(intervened({ step: 'branch', base: 0 }))
    run.begin(2, 'sort the keys first')
    run.reject(2, verdict)
    await run.learn()
    run.record(intervened({ step: 'fresh-context', base: 1 }))
    run.begin(3, 'sort the keys first')
    run.reject(3, verdict)
    await run.learn()
    expect(run.state.ledger.map(({ base }) => base)).toEqual([undefined, 0, undefined])
    expect(run.state.lessons.slice(1).map(({ attempts, unless }) => [attempts, unless])).toEqual([
      [[2], 'Brought onto v1: it began from v0, over which it is about +20.0%.'],
      [[3], ''],
    ])
    expect(run.state.lessons.slice(1).map(nameOutcome)).toEqual(['no gain, begun from v0', 'no gain'])
    expect(renderRecollection(run.state, 24_000).join('\n')).toContain(
      '- 2, rejected: "sort the keys first": -20.0% against v1 (begun from v0, an earlier version)\n',
    )
    expect(run.state.ledger.map((record) => renderAttemptLine(record).includes('begun from v0'))).toEqual([
      false,
      true,
      false,
    ])
  })

  test('of attempts that say the same is one, however many there are', async () => {
    const run = createRun()
    for (let attempt = 1; attempt <= 12; attempt++) {
      run.abandon(attempt, 'vectors are slower here')
      await run.learn()
    }
    expect(run.state.lessons).toHaveLength(1)
    expect(run.state.lessons[0]).toMatchObject({ times: 12 })
  })
})

test('no attempt teaches twice, and one that could not be measured teaches nothing', async () => {
  const run = createRun()
  run.abandon(1, 'vectors are slower here')
  run.begin(2, 'not measured')
  run.record({ type: 'candidate.set-aside', attempt: 2, reason: 'the scorer failed' })
  await run.learn()
  await run.learn()
  expect(run.events.filter(({ type }) => type === 'lesson.learnt')).toHaveLength(1)
})

test('a journal that is older than lessons is caught up with, and no model is asked about the past', async () => {
  const asked: number[] = []
  const run = createRun(async (lesson) => {
    asked.push(lesson.attempt)
    return { lesson }
  })
  const attempts: AttemptRecord[] = Array.from({ length: 300 }, (_, index) => ({
    number: index + 1,
    outcome: 'rejected',
    reason: 'no gain',
    gain: -0.1,
    solution: { tree: `t${index}`, summary: `idea${'abcdefghij'[index % 10]} of its own` },
  }))
  run.record({ type: 'lineage.rebuilt', versions: 1, attempts, costUsd: 0, costSinceVersionUsd: 0 })
  await run.learn()
  expect(run.events.filter(({ type }) => type === 'lesson.learnt')).toHaveLength(100)
  expect(run.state.learntUpTo).toBe(300)
  expect(asked).toEqual([300])
})

test('what a model was paid for its words is counted', async () => {
  const usage = { inputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 10 }
  const run = createRun(async (lesson) => ({
    lesson: { ...lesson, why: 'better words' },
    usage,
    costUsd: 0.25,
  }))
  run.abandon(1, 'vectors are slower here')
  await run.learn()
  expect(run.state).toMatchObject({ costUsd: 0.25, usage, lessons: [{ why: 'better words' }] })
})
