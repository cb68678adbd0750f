import { expect, test } from 'vitest'
import { textOf } from '../../src/model/model.ts'
import { createModelReview, createRotation } from '../../src/supervision/directions.ts'
import { memoryJournal } from '../memory-journal.ts'
import { scriptedModel } from '../scripted-model.ts'

const never = new AbortController().signal
const sign = { kind: 'failing', message: '10 attempts in a row brought no version' } as const

function review(answer: string) {
  const journal = memoryJournal()
  const score = {
    correct: true as const,
    value: 1,
    scores: ['n=10', 'n=1000'].map((configuration) => ({ configuration, value: 1 })),
  }
  const version = { number: 0, tree: 't', summary: 'seed', commit: 'c', score, gain: 0 }
  journal.record({
    type: 'version.committed',
    version: { ...version, attempt: 0, scorer: 's', costUsd: 0, committedAt: '' },
  })
  const model = scriptedModel([{ text: answer, costUsd: 0.25 }])
  const fallback = createRotation(['the first of all'])
  const ask = createModelReview({ model, brief: 'Sort faster.', direction: 'minimize', fallback })
  return { model, directions: ask(sign, journal.state, never) }
}

test('the reviewer is told what the person wants and what is measured', async () => {
  const { model, directions } = review('{"directions": ["Use radix sort."]}')
  expect((await directions).directions).toEqual(['Use radix sort.'])
  const [message] = model.requests[0]?.messages ?? []
  const text = message === undefined ? '' : textOf(message)
  for (const fact of [sign.message, 'Sort faster.', 'lower is better: n=10, n=1000', '- v0'])
    expect(text).toContain(fact)
})

test('an answer that is no JSON falls back, and is paid for', async () => {
  const { directions } = review('I would try radix sort.')
  expect(await directions).toMatchObject({ directions: ['the first of all'], costUsd: 0.25 })
})
