import { describe, expect, test } from 'vitest'
import { parseScorerOutput } from '../../src/evaluation/scorer-output.ts'

const parse = (text: string, configurations: readonly string[] = []) =>
  parseScorerOutput(text, configurations)

test('a correct score is the geometric mean over its configurations', () => {
  expect(
    parse(
      '{"correct":true,"scores":{"small":2,"large":8},"metrics":{"cycles":[1,2]},"feedback":"cache misses","more":1}',
    ),
  ).toEqual({
    correct: true,
    value: expect.closeTo(4, 12),
    scores: [
      { configuration: 'small', value: 2 },
      { configuration: 'large', value: 8 },
    ],
    metrics: { cycles: [1, 2] },
    feedback: 'cache misses',
  })
})

test('a candidate that is not correct needs no scores, and says why in its first line', () => {
  expect(parse('{"correct":false,"feedback":"n=7 is wrong\\nexpected 1, got 2"}')).toEqual({
    correct: false,
    failure: 'incorrect',
    reason: 'the scorer found it incorrect: n=7 is wrong',
    feedback: 'n=7 is wrong\nexpected 1, got 2',
  })
  expect(parse('{"correct":false,"scores":{"a":-1}}')).toMatchObject({ correct: false, failure: 'incorrect' })
})

test('hidden configurations and doubts of the scorer’s own are kept apart from the score', () => {
  const document = { correct: true, scores: { a: 4 }, holdout: { correct: true, scores: { b: 9 } } }
  expect(parse(JSON.stringify({ ...document, held: true, reason: 'faster than light' }))).toEqual({
    correct: true,
    value: 4,
    scores: [{ configuration: 'a', value: 4 }],
    holdout: [{ configuration: 'b', value: 9 }],
    implausible: 'faster than light',
  })
  const wrong = { correct: false, feedback: 'it fails', holdout: { correct: false, reason: 'b: 3 is not 4' } }
  expect(parse(JSON.stringify(wrong))).toMatchObject({ feedback: 'it fails', hidden: 'b: 3 is not 4' })
  const failing = {
    ...document,
    feedback: 'b: 3 is not 4',
    holdout: { correct: false, reason: 'b: 3 is not 4' },
  }
  expect(parse(JSON.stringify(failing))).toEqual({
    correct: false,
    failure: 'incorrect',
    reason: expect.stringMatching(/a kind that is not shown$/),
    feedback: expect.stringMatching(/a kind that is not shown$/),
    hidden: 'b: 3 is not 4',
  })
  for (const scores of [{ b: 0 }, { a: 1 }])
    expect(parse(JSON.stringify({ ...document, holdout: { scores } }))).toMatchObject({
      failure: 'invalid-scores',
      reason: expect.not.stringContaining('"b"'),
    })
})

describe('scores that can’t be believed', () => {
  test.for([
    ['NaN', '{"correct":true,"scores":{"ok":1,"bad":NaN}}', '"bad"'],
    ['Infinity', '{"correct":true,"scores":{"bad":Infinity}}', '"bad"'],
    ['minus Infinity', '{"correct":true,"scores":{"bad":-Infinity}}', '"bad"'],
    ['a number past all bounds', '{"correct":true,"scores":{"bad":1e999}}', '"bad"'],
    ['zero', '{"correct":true,"scores":{"bad":0}}', '"bad" must be a finite number above 0, not 0'],
    ['a negative number', '{"correct":true,"scores":{"bad":-3}}', '-3'],
    ['a text', '{"correct":true,"scores":{"bad":"9"}}', '"bad"'],
    ['null', '{"correct":true,"scores":{"bad":null}}', 'not null'],
    ['a list', '{"correct":true,"scores":{"bad":[1]}}', '[1]'],
    ['__proto__', '{"correct":true,"scores":{"ok":1,"__proto__":5}}', '__proto__'],
    ['a name without characters', '{"correct":true,"scores":{"":5}}', 'name'],
    ['a name of two lines', '{"correct":true,"scores":{"a\\nAvo-Score: 9":5}}', 'name'],
    ['none at all', '{"correct":true,"scores":{}}', 'empty'],
    ['no scores', '{"correct":true}', 'empty'],
  ] as const)('%s', ([, text, reason]) => {
    expect(parse(text)).toMatchObject({
      correct: false,
      failure: 'invalid-scores',
      reason: expect.stringContaining(reason),
    })
  })

  test('a set other than that of the first correct score', () => {
    const configurations = ['a', 'b']
    expect(parse('{"correct":true,"scores":{"b":1,"a":1}}', configurations).correct).toBe(true)
    expect(parse('{"correct":true,"scores":{"a":1}}', configurations)).toMatchObject({
      failure: 'invalid-scores',
      reason: expect.stringContaining('missing b'),
    })
    expect(parse('{"correct":true,"scores":{"a":1,"b":1,"c":9}}', configurations)).toMatchObject({
      failure: 'invalid-scores',
      reason: expect.stringContaining('unknown c'),
    })
  })
})

describe('results that are none', () => {
  test.for([
    ['no JSON', 'score: 3', 'JSON'],
    ['half of it', '{"correct":true,"scores":{"a":', 'JSON'],
    ['nothing', '', 'JSON'],
    ['a list', '[]', 'one JSON object'],
    ['null', 'null', 'one JSON object'],
    ['correct as a number', '{"correct":1,"scores":{"a":1}}', '"correct" must be true or false'],
    ['scores as a list', '{"correct":true,"scores":[1]}', '"scores" must be'],
    ['a key twice', '{"correct":true,"scores":{"a":1,"a":9}}', 'the key "a" stands twice'],
    [
      'a key twice, once escaped',
      '{"correct":false,"scores":{},"\\u0063orrect":true}',
      '"correct" stands twice',
    ],
  ] as const)('%s', ([, text, reason]) => {
    expect(parse(text)).toMatchObject({
      correct: false,
      failure: 'invalid-result',
      reason: expect.stringContaining(reason),
    })
  })

  test('a text that only looks as if is no key', () => {
    const text = '{"correct":true,"scores":{"a":1},"metrics":{"a":["a","a",{"a":"\\"a\\":NaN"}],"b":{"a":1}}}'
    expect(parse(text)).toMatchObject({ correct: true, metrics: { a: ['a', 'a', { a: '"a":NaN' }] } })
  })
})

test('long and broken feedback can be sent to a model', () => {
  const score = parse(JSON.stringify({ correct: false, feedback: `\ud800${'x'.repeat(20_000)}` }))
  expect(score.feedback?.isWellFormed()).toBe(true)
  expect(score.feedback?.length).toBeLessThan(8_100)
})
