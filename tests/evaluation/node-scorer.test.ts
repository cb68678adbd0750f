import { expect, test } from 'vitest'
import type { NodeModuleScorer } from '../../src/evaluation/scorer-spec.ts'
import { makeDirectory, NEVER, openTask } from './evaluation-task.ts'

/** A scorer that is a module, with what else lies beside it. */
function nodeScorer(
  module: string,
  content: string,
  files: Readonly<Record<string, string>> = {},
): NodeModuleScorer {
  return {
    kind: 'node-module',
    module,
    exportName: 'Scorer',
    directory: makeDirectory({ [module]: content, ...files }),
    exclude: [],
    env: {},
    timeoutSeconds: 30,
  }
}

const CLASS = `{
  unit = 'n'
  async evaluate(directory) {
    const { value } = await import(directory + '/solution.mjs')
    return { correct: true, scores: { [this.unit]: value } }
  }
}`

test.for([
  ['a class by its name', 'scorer.mjs', `export class Scorer ${CLASS}`],
  ['a default class', 'scorer.mjs', `export default class ${CLASS}`],
  ['a default object', 'scorer.mjs', `export default ${CLASS.replace("unit = 'n'", "unit: 'n',")}`],
  [
    'a function',
    'scorer.mjs',
    `export async function evaluate ${CLASS.replace(/^\{[^{]*\(directory\)/, '(directory)')
      .replace('this.unit', '"n"')
      .replace(/\}\n\}$/, '}')}`,
  ],
  ['CommonJS', 'scorer.cjs', `exports.Scorer = class ${CLASS}`],
  [
    'TypeScript with a neighbour',
    'scorer.ts',
    `import { unit } from './unit.ts'\nexport class Scorer { evaluate(directory: string): unknown { return import(directory + '/solution.mjs').then(({ value }: { value: number }) => ({ correct: true, scores: { [unit]: value } })) } }`,
  ],
] as const)('a module that exports %s', async ([, module, content]) => {
  const task = await openTask(nodeScorer(module, content, { 'unit.ts': "export const unit: string = 'n'" }))
  expect(
    await task.evaluate(makeDirectory({ 'solution.mjs': 'export const value = 42' }), NEVER),
  ).toMatchObject({
    correct: true,
    scores: [{ configuration: 'n', value: 42 }],
  })
})

test.for([
  [
    'exits early with a result-like line',
    `console.log('{"correct":true,"scores":{"n":99}}'); process.exit(0)`,
    'no-result',
    'AVO_RESULT',
  ],
  ['throws', `throw new RangeError('too long')`, 'crash', 'RangeError: too long'],
  [
    'looks for the result',
    `import { writeFileSync } from 'node:fs'; writeFileSync(process.env.AVO_RESULT, '{}')`,
    'crash',
    'TypeError',
  ],
  [
    'gives NaN',
    'export const value = NaN',
    'invalid-scores',
    'configuration "n" must be a finite number above 0, not "NaN"',
  ],
] as const)('a candidate that %s', async ([, solution, failure, reason]) => {
  const task = await openTask(nodeScorer('scorer.mjs', `export class Scorer ${CLASS}`))
  expect(await task.evaluate(makeDirectory({ 'solution.mjs': solution }), NEVER)).toMatchObject({
    correct: false,
    failure,
    reason: expect.stringContaining(reason),
  })
})

test('timers that a scorer leaves behind do not keep it alive', async () => {
  const task = await openTask(
    nodeScorer(
      'scorer.mjs',
      `setInterval(() => {}, 1000); export const evaluate = () => ({ correct: true, scores: { n: 1 } })`,
    ),
  )
  expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({ correct: true })
})

test('a module without evaluate says what is missing', async () => {
  const task = await openTask(nodeScorer('scorer.mjs', 'export const x = 1'))
  expect(await task.evaluate(makeDirectory(), NEVER)).toMatchObject({
    failure: 'crash',
    reason: expect.stringContaining(
      'exports neither a class Scorer with a method evaluate nor a function evaluate',
    ),
  })
})
