import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadParser } from '../../src/model/local-search/languages.ts'
import { findRecipeMoves } from '../../src/model/local-search/moves.ts'
import { parseRecipes } from '../../src/model/local-search/recipes.ts'
import { applyEdits, type Tree } from '../../src/model/local-search/tree.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'

/** The recipes of an example's own knowledge base, as a way up from its seed. */
export interface Recipes {
  /** Of all that the document has. */
  readonly ids: readonly string[]
  /** What the seed is after each of these recipes, applied one after the other, each in the one place where it matches. */
  climb(ids: readonly string[]): readonly string[]
}

/** Reads `recipes.md` and the seed of an example in `examples/`; `file` is the solution's only one. */
export async function readRecipes(example: string, file: string): Promise<Recipes> {
  const directory = join(PACKAGE_ROOT, 'examples', example)
  const read = (path: string): string => readFileSync(join(directory, path), 'utf8')
  const { recipes, problems } = parseRecipes('recipes.md', read('knowledge-base/recipes.md'))
  if (problems.length > 0) throw new Error(problems.join('\n'))
  const parse = await loadParser()
  return {
    ids: recipes.map(({ id }) => id),
    climb(ids) {
      const rungs: string[] = []
      for (const id of ids) {
        const tree: Tree = new Map([[file, rungs.at(-1) ?? read(`seed/${file}`)]])
        const moves = findRecipeMoves(tree, recipes, parse).moves
        const [move, ...more] = moves.filter(({ name }) => name.split(' ')[1] === id)
        if (move === undefined || more.length > 0)
          throw new Error(`${id} matches in ${move === undefined ? 0 : 1 + more.length} places`)
        rungs.push(applyEdits(tree, move.edits).get(file) ?? '')
      }
      return rungs
    },
  }
}
