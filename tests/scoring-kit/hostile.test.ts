import { describe, expect, test } from 'vitest'
import { type Case, HONEST, HOSTILE } from './candidates.ts'
import { DOUBLING, LARGE, SMALL } from './doubling.ts'
import { runScorer } from './run-scorer.ts'

const FILES = { javascript: 'double.mjs', python: 'double.py' } as const
const BESIDE = { 'constants/two.mjs': 'export const TWO = 2\n', 'constants/two.py': 'TWO = 2\n' }

describe.each(['javascript', 'python'] as const)('%s', (language) => {
  async function score({ [language]: source = '', large }: Case) {
    const scorer = DOUBLING[language](large ? LARGE : SMALL)
    return runScorer(scorer, { ...BESIDE, [FILES[language]]: source }, { A_SECRET_KEY: 'not yours' })
  }

  const inLanguage = (cases: readonly Case[]) => cases.filter((one) => one[language] !== undefined)

  test.concurrent.each(inLanguage(HOSTILE))('a candidate that $name', async (one) => {
    const { exitCode, result } = await score(one)
    expect(exitCode).toBe(0)
    if (one.feedback === null) return expect(result).toMatchObject({ correct: true })
    expect(result).toMatchObject({
      correct: false,
      scores: {},
      feedback: expect.stringMatching(one.feedback),
    })
  })

  test.concurrent.each(inLanguage(HONEST))('a candidate that $name', async (one) => {
    const { exitCode, result } = await score(one)
    expect(exitCode).toBe(0)
    expect(result).toMatchObject({
      correct: true,
      scores: { some: expect.any(Number), more: expect.any(Number) },
    })
  })
})
