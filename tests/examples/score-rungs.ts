import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fingerprint, type Tree } from '../../src/model/local-search/tree.ts'
import { avo } from '../cli/avo.ts'
import { makeTask } from '../task.ts'
import { readRecipes } from './climb.ts'

/**
 * Tests that what an example's recipes make is correct, at every rung of the ways up that are given, and that none of them goes
 * unused. `part` is the file or the folder of the seed that they change. `expectScores` gets the scores of the ways' rungs, the first of each way being the seed after its first recipe.
 */
export async function describeRungs(
  example: string,
  part: string,
  ways: readonly (readonly string[])[],
  expectScores: (ways: readonly (readonly number[])[]) => void = () => {},
): Promise<void> {
  const recipes = await readRecipes(example, part)

  test('has no recipe that goes unused', () => {
    expect(ways.flat()).toEqual(expect.arrayContaining([...recipes.ids]))
  })

  test('has recipes that lead up, each to a correct solution', async () => {
    const task = join(await makeTask({}), example)
    await avo(['init', task, '--from', example])
    const known = new Map<string, number>()
    async function score(tree: Tree, recipe: string | undefined): Promise<number> {
      const candidate = await makeTask(Object.fromEntries(tree))
      const { exitCode, stdout } = await avo(['eval', task, '--candidate', candidate, '--json'])
      const { value, ...told } = JSON.parse(stdout)
      expect({ exitCode, ...told, recipe }).toMatchObject({ exitCode: 0, correct: true })
      return value
    }
    const scores: number[][] = []
    for (const way of ways) {
      const reached: number[] = []
      for (const [index, tree] of recipes.climb(way).entries()) {
        const value = known.get(fingerprint(tree)) ?? (await score(tree, way[index]))
        known.set(fingerprint(tree), value)
        reached.push(value)
      }
      scores.push(reached)
    }
    expectScores(scores)
  })
}
