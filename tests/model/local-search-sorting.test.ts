import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseScorerOutput } from '../../src/evaluation/scorer-output.ts'
import { loadParser } from '../../src/model/local-search/languages.ts'
import { findRecipeMoves } from '../../src/model/local-search/moves.ts'
import { parseRecipes } from '../../src/model/local-search/recipes.ts'
import { applyEdits, type Tree } from '../../src/model/local-search/tree.ts'
import type { Score } from '../../src/score.ts'
import { provideScoringKit } from '../../src/scoring-kit/kit-directory.ts'

const run = promisify(execFile)
const example = join(import.meta.dirname, '../../examples/sorting')
const seed = readFileSync(join(example, 'seed/sort.mjs'), 'utf8')
const { recipes } = parseRecipes(
  'recipes.md',
  readFileSync(join(example, 'knowledge-base/recipes.md'), 'utf8'),
)
const parse = await loadParser()

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'avo-sorting-'))
  await cp(join(example, 'scorer'), join(directory, 'scorer'), { recursive: true })
  await provideScoringKit(directory)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** What the example's scorer says of a solution, as the harness reads it. */
async function score(source: string): Promise<Score> {
  const candidate = await mkdtemp(join(directory, 'candidate-'))
  await writeFile(join(candidate, 'sort.mjs'), source)
  const result = `${candidate}.json`
  await run(process.execPath, ['score.mjs'], {
    cwd: join(directory, 'scorer'),
    env: { AVO_CANDIDATE: candidate, AVO_RESULT: result },
  })
  return parseScorerOutput(await readFile(result, 'utf8'), [])
}

/** The solution after a recipe, which must match in one place. */
function climb(source: string, id: string): string {
  const tree: Tree = new Map([['sort.mjs', source]])
  const moves = findRecipeMoves(tree, recipes, parse).moves.filter(({ name }) => name.split(' ')[1] === id)
  const [move] = moves
  if (move === undefined || moves.length > 1) throw new Error(`${id} matches in ${moves.length} places`)
  return applyEdits(tree, move.edits).get('sort.mjs') ?? ''
}

const LADDER = [
  'leave-out-the-sorted-tail',
  'stop-when-nothing-moved',
  'insert-instead-of-swapping',
  'find-the-place-by-halving',
  'compare-across-a-gap',
]
const rungs = [seed]
for (const id of LADDER) rungs.push(climb(rungs.at(-1) ?? '', id))
const top = rungs.at(-1) ?? ''
const solutions: readonly (readonly [string, string])[] = [
  ...['the seed', ...LADDER].map((name, index) => [name, rungs[index] ?? ''] as const),
  ['partition-then-insert', climb(top, 'partition-then-insert')],
  ['hand-it-to-the-engine', climb(top, 'hand-it-to-the-engine')],
  ['insertion straight from the seed', climb(seed, 'insert-instead-of-swapping')],
]

describe('the example', () => {
  test.concurrent.each(solutions)(
    '%s is correct, with a score for every configuration',
    async (_name, source) => {
      const result = await score(source)
      expect(result).toMatchObject({ correct: true })
      if (result.correct) expect(result.scores).toHaveLength(8)
    },
  )

  test('has no recipe that goes unused', () => {
    expect(solutions.map(([name]) => name)).toEqual(expect.arrayContaining(recipes.map(({ id }) => id)))
  })

  test('compares a solution with the engine and the seed, and notices a wrong one', async () => {
    const compare = (source: string) => run(process.execPath, [join(example, 'compare.mjs'), source])
    const best = join(directory, 'best.mjs')
    await writeFile(best, top)
    expect((await compare(best)).stdout).toMatch(/\ngeometric mean( +\d+\.\d+){5}\n$/)
    const wrong = join(directory, 'wrong.mjs')
    await writeFile(wrong, 'export const sort = (values) => values\n')
    await expect(compare(wrong)).rejects.toMatchObject({ stderr: expect.stringContaining('sorts wrongly') })
  })
})

const NATIVE = 'values.slice().sort()'
const FORGED = JSON.stringify({ correct: true, scores: { 'random 1000': 1e12 } })

describe('the scorer', () => {
  test.concurrent.each([
    ['the input itself', 'export const sort = (values) => values', /wrong output: at \[\d+\]/],
    ['an unsorted copy', 'export const sort = (values) => values.slice()', /wrong output: at \[\d+\]/],
    ['descending', `export const sort = (values) => ${NATIVE}.reverse()`, /wrong output: at \[\d+\]/],
    ['numbers of its own', 'export const sort = (values) => new Float64Array(values.length)', /expected/],
    [
      'sorted as texts',
      'export const sort = (values) => Float64Array.from([...values].sort())',
      /wrong output: at \[\d+\]/,
    ],
    [
      'wrong at infinity',
      `export const sort = (values) => ${NATIVE}.map((x) => Math.min(x, 1e308))`,
      /it fails on an input of a kind that is not shown/,
    ],
    [
      'too few',
      `export const sort = (values) => ${NATIVE}.subarray(1)`,
      /a Float64Array of 999, expected a Float64Array of 1000|of 2999, /,
    ],
    [
      'too many',
      'export const sort = (values) => new Float64Array(values.length + 1)',
      /a Float64Array of (1001|3001), expected/,
    ],
    [
      'a plain array',
      `export const sort = (values) => [...${NATIVE}]`,
      /a list of \d+, expected a Float64Array/,
    ],
    ['a promise', 'export const sort = () => new Promise(() => {})', /ended with exit code 13/],
    [
      'its argument, sorted in place',
      'export const sort = (values) => values.sort()',
      /it changed its argument/,
    ],
    ['an exception', "export const sort = () => { throw new Error('out of ideas') }", /out of ideas/],
    ['nothing, for ever', 'export const sort = () => { for (;;); }', /no answer within 3 s/],
    ['nothing, from the start', 'for (;;);', /it was not ready within 3 s/],
    ['no function', 'export const order = 1', /exports no function sort; it exports: order/],
    ['no JavaScript', 'export const sort = (', /SyntaxError/],
    ['a result of its own', `console.log('${FORGED}'); process.exit(0)`, /exit code 0 before it answered/],
    [
      'a result after the input',
      `export const sort = () => { console.log('${FORGED}'); process.exit(0) }`,
      /exit code 0 before it answered/,
    ],
    [
      'bytes of its own on the channel',
      `import { writeSync } from 'node:fs'
       export const sort = (values) => { writeSync(4, new Float64Array(50)); return ${NATIVE} }`,
      /something else than an answer/,
    ],
  ])('finds a candidate incorrect that returns %s', async (_name, source, reason) => {
    const result = await score(source)
    expect(result).toMatchObject({ correct: false })
    expect(JSON.stringify(result)).toMatch(reason)
  })

  test.concurrent.each([
    ['prints', `console.log('${FORGED}')\nexport const sort = (values) => ${NATIVE}`],
    [
      'remembers',
      `const seen = new Map()\nexport const sort = (values) => { seen.set(String(values[0]), values); return ${NATIVE} }`,
    ],
    [
      'would cheat if it knew where',
      `if (Object.keys(process.env).some((name) => name.startsWith('AVO'))) process.exit(1)\nexport const sort = (values) => ${NATIVE}`,
    ],
  ])('finds an honest candidate correct that %s', async (_name, source) => {
    expect(await score(source)).toMatchObject({ correct: true })
  })
})
