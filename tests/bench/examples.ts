import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { findPython } from '../python.ts'
import { type Figure, known } from './figure.ts'

/** What a run found, beside the best that others have. */
interface SideBySide {
  readonly example: string
  /** Undefined where none on this machine has what both sides need. */
  readonly interpreter: string | undefined
  /** Prints the seconds of each side as JSON, all timed in its own process, by turns. */
  readonly script: string
  /** The solution of a real run that the example keeps. */
  readonly found: string
  /** The other side's name in what the script prints, and in words. */
  readonly against: readonly [name: string, words: string]
  /** What there is no interpreter for then. */
  readonly needs: string
}

const SIDES: readonly SideBySide[] = [
  {
    example: 'numpy-expression',
    interpreter: findPython('numpy'),
    script: 'compare.py',
    found: 'found/expression.py',
    against: ['article', "the article's final version"],
    needs: 'numpy',
  },
  {
    example: 'sorting',
    interpreter: process.execPath,
    script: 'compare.mjs',
    found: 'found/sort.mjs',
    against: ['engine', "the engine's own sort"],
    needs: 'Node',
  },
  {
    example: 'attention',
    interpreter: findPython('torch'),
    script: 'compare.py',
    found: 'found',
    against: ['pytorch', "PyTorch's scaled_dot_product_attention"],
    needs: 'torch',
  },
]

const seconds = z.record(z.string(), z.number().positive())
const run = promisify(execFile)

/** Our best of each example that has something to be held against, as ratios of times: above 1 ours is the faster one. */
export async function benchExamples(): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const side of SIDES) figures.push(await compare(side))
  return figures
}

async function compare({
  example,
  interpreter,
  script,
  found,
  against: [name, words],
  needs,
}: SideBySide): Promise<Figure> {
  const line = `${example}: ${found} against ${words}`
  if (interpreter === undefined) return known(line, `${needs} is not installed`)
  const { stdout } = await run(interpreter, [script, '--json', found], {
    cwd: join(PACKAGE_ROOT, 'examples', example),
  })
  const { candidate = Number.NaN, [name]: other = Number.NaN } = seconds.parse(JSON.parse(stdout))
  return known(line, `${(other / candidate).toFixed(2)} ×`)
}
