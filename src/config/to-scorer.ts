import { basename, dirname, extname, join, resolve } from 'node:path'
import type { ScorerSpec } from '../evaluation/scorer-spec.ts'
import type { SeedSource } from '../storage/stored-lineage.ts'
import { isWithin, kindOfPath, missingPath } from './paths.ts'
import type { ConfigFile } from './schema.ts'
import type { Report } from './to-seed.ts'

const NODE_EXTENSIONS = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts'])
/** Found beside a scoring module in a task's own directory, and no part of the scorer. */
const BESIDE = ['node_modules', '.venv', 'venv', 'README.md', '.gitignore']

/** f, from `scorer` or `scoring_module`; null after a mistake. `others` are paths of the task that are not the scorer's. */
export function toScorer(
  parsed: ConfigFile,
  directory: string,
  seed: SeedSource | null,
  others: readonly string[],
  report: Report,
): ScorerSpec | null {
  const { scorer, scoring_module: module } = parsed
  const { command, env, timeout_seconds: timeoutSeconds } = scorer
  if (command !== undefined && module !== undefined) {
    report(['scoring_module'], 'scorer.command is given too; expected one of them')
    return null
  }
  if (module !== undefined) {
    const path = resolve(directory, module)
    const home = dirname(path)
    const beside = home === directory ? BESIDE.map((name) => join(home, name)) : []
    const exclude = [...others.filter((other) => isWithin(other, home)), ...beside]
    return toModuleScorer(path, { directory: home, exclude, env, timeoutSeconds }, parsed, seed, report)
  }

  const home = resolve(directory, scorer.dir)
  const [program, ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : (command ?? [])
  if (program === undefined) {
    report(
      ['scorer', 'command'],
      'missing; expected scorer.command or scoring_module, which say how good a candidate is',
    )
    return null
  }
  if (kindOfPath(home) !== 'directory') {
    report(['scorer', 'dir'], missingPath(home, scorer.dir))
    return null
  }
  const exclude = others.filter((other) => isWithin(other, home))
  return { kind: 'command', command: [program, ...args], directory: home, exclude, env, timeoutSeconds }
}

function toModuleScorer(
  path: string,
  files: Pick<ScorerSpec, 'directory' | 'exclude' | 'env' | 'timeoutSeconds'>,
  { scoring_module: written = '', scoring_class: className, solution_file: named }: ConfigFile,
  seed: SeedSource | null,
  report: Report,
): ScorerSpec | null {
  const module = basename(path)
  const isPython = extname(path) === '.py'
  if (!isPython && !NODE_EXTENSIONS.has(extname(path))) {
    report(['scoring_module'], `"${written}" is wrong; expected a file that ends in .py, .js, .mjs or .ts`)
    return null
  }
  if (kindOfPath(path) !== 'file') {
    report(['scoring_module'], missingPath(path, written))
    return null
  }
  if (!isPython) return { kind: 'node-module', module, exportName: className, ...files }

  const solutionFile = seed?.kind === 'file' ? seed.as : (named ?? 'solution.py')
  if (seed?.kind === 'directory' && kindOfPath(join(seed.path, solutionFile)) !== 'file') {
    report(
      ['solution_file'],
      `the class in ${module} is given one file, and the seed has no ${solutionFile}; expected its name`,
    )
    return null
  }
  return { kind: 'python-class', module, className, solutionFile, ...files }
}
