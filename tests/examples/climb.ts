import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { readConfig } from '../../src/config/config.ts'
import { loadParser } from '../../src/model/local-search/languages.ts'
import { findRecipeMoves } from '../../src/model/local-search/moves.ts'
import { parseRecipes } from '../../src/model/local-search/recipes.ts'
import { applyEdits, type Tree } from '../../src/model/local-search/tree.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { collectSeed } from '../../src/storage/seed-files.ts'

/** The recipes of an example's own knowledge base, as a way up from its seed. */
export interface Recipes {
  /** Of all that the document has. */
  readonly ids: readonly string[]
  /** What the seed is after each of these recipes, applied one after the other, each in the one place where it matches. */
  climb(ids: readonly string[]): readonly Tree[]
}

/** Reads `recipes.md` and the seed of an example in `examples/`; `part` is the file or the folder of it that may be changed. */
export async function readRecipes(example: string, part: string): Promise<Recipes> {
  const directory = join(PACKAGE_ROOT, 'examples', example)
  const document = await readFile(join(directory, 'knowledge-base/recipes.md'), 'utf8')
  const { recipes, problems } = parseRecipes('recipes.md', document)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  const [parse, seed] = await Promise.all([loadParser(), readSeed(directory)])
  return {
    ids: recipes.map(({ id }) => id),
    climb(ids) {
      const rungs: Tree[] = []
      for (const id of ids) {
        const tree = rungs.at(-1) ?? seed
        const changeable = new Map([...tree].filter(([path]) => `${path}/`.startsWith(`${part}/`)))
        const moves = findRecipeMoves(changeable, recipes, parse).moves
        const [move, ...more] = moves.filter(({ name }) => name.split(' ')[1] === id)
        if (move === undefined || more.length > 0)
          throw new Error(`${id} matches in ${move === undefined ? 0 : 1 + more.length} places`)
        rungs.push(applyEdits(tree, move.edits))
      }
      return rungs
    },
  }
}

/** The files of a task's seed, wherever it has them from. */
async function readSeed(task: string): Promise<Tree> {
  const scratch = await mkdtemp(join(tmpdir(), 'avo-seed-'))
  try {
    const { seed } = await readConfig(join(task, 'avo.yaml'))
    const { directory } = await collectSeed(seed, scratch)
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
      .filter((path) => !path.startsWith('.git/'))
    return new Map(
      await Promise.all(
        paths.map(async (path) => [path, await readFile(join(directory, path), 'utf8')] as const),
      ),
    )
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
