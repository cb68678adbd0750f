import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { makeDirectory, NEVER, openTask } from './evaluation-task.ts'

const TEMPLATE = join(PACKAGE_ROOT, 'workspace-template')
const SEED = readFileSync(join(TEMPLATE, 'seed/primes.mjs'), 'utf8')

test('the task that `avo init` makes scores its seed, and a better one higher', async () => {
  const config = await readConfig(TEMPLATE)
  expect(config.llm.provider).toBe('builtin')
  expect(config.brief).toContain('countPrimes')
  const task = await openTask(config.scorer)
  const seed = await task.evaluate(join(TEMPLATE, 'seed'), NEVER)
  const larger = SEED.replace('SEGMENT = 200', 'SEGMENT = 4000')
  expect(larger).not.toBe(SEED)
  const better = await task.evaluate(makeDirectory({ 'primes.mjs': larger }), NEVER)
  expect(seed.correct && better.correct && better.value > seed.value).toBe(true)
})

test.for([
  ['is wrong', 'export const countPrimes = () => 9592', 'wrong output: 9592, expected'],
  ['fails', 'export const countPrimes = () => { throw new Error("oh") }', 'countPrimes threw Error: oh'],
  ['leaves', 'process.exit(0)', 'ended with exit code 0 before it answered'],
  [
    'looks for the result',
    'import fs from "node:fs"; fs.writeFileSync(process.env.AVO_RESULT, "{}")',
    "primes.mjs can't be loaded",
  ],
  ['never answers', 'export const countPrimes = () => { for (;;); }', 'no answer within 5 s'],
] as const)('a candidate for it that %s', async ([, solution, feedback]) => {
  const task = await openTask((await readConfig(TEMPLATE)).scorer)
  expect(await task.evaluate(makeDirectory({ 'primes.mjs': solution }), NEVER)).toMatchObject({
    failure: 'incorrect',
    feedback: expect.stringContaining(feedback),
  })
})
