import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const src = join(import.meta.dirname, '..', 'src')

/** Ports and data: what everybody may import. */
const PORTS = new Set([
  'model/model.ts',
  'knowledge/knowledge.ts',
  'knowledge/terms.ts',
  'evaluation/evaluator.ts',
  'sandbox/sandbox.ts',
])
/** Bottom first; an import goes down or stays in its layer. */
const LAYERS: readonly (readonly string[])[] = [
  [
    'activity.ts',
    'document-use.ts',
    'score.ts',
    'lineage.ts',
    'measurement.ts',
    'attempt.ts',
    'progress.ts',
    'redirection.ts',
    'clock.ts',
    'events.ts',
    'lesson.ts',
    'lesson-fold.ts',
    'errors.ts',
    'halt.ts',
    'spent.ts',
    'text.ts',
    'queue.ts',
    'package-root.ts',
  ],
  [
    'evolve.ts',
    'set-aside.ts',
    'journal.ts',
    'run-fold.ts',
    'run-start.ts',
    'spent-fold.ts',
    'attempt-fold.ts',
    'stop.ts',
    'budget.ts',
    'budget-guard.ts',
    'worst-case.ts',
  ],
  ['agent', 'supervision', 'gate', 'lessons'],
  ['model', 'knowledge', 'evaluation', 'scoring-kit', 'sandbox', 'storage', 'config', 'hooks', 'audit'],
  [
    'adapters.ts',
    'add-document.ts',
    'begin-anew.ts',
    'clean.ts',
    'create-evolution.ts',
    'inspect.ts',
    'live-config.ts',
    'measure-once.ts',
    'open-candidate.ts',
    'open-learning.ts',
    'person-changes.ts',
    'records-size.ts',
    'run.ts',
    'session.ts',
    'doctor.ts',
    'export.ts',
    'sandboxes.ts',
    'steer-run.ts',
    'stop-run.ts',
    'index.ts',
  ],
  ['cli'],
]
/** The one folder that may import a package; zod is at every boundary. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@anthropic-ai/sdk': ['model'],
  '@anthropic-ai/sandbox-runtime': ['sandbox'],
  openai: ['model', 'knowledge'],
  '@ast-grep/napi': ['model'],
  '@ast-grep/lang-c': ['model'],
  '@ast-grep/lang-cpp': ['model'],
  '@ast-grep/lang-python': ['model'],
  '@ast-grep/lang-rust': ['model'],
  '@pydantic/genai-prices': ['model'],
  'simple-git': ['storage'],
  execa: ['sandbox'],
  vectra: ['knowledge'],
  yaml: ['config', 'model'],
  picomatch: ['knowledge', 'storage'],
  unpdf: ['knowledge'],
  'fastest-levenshtein': ['config'],
  commander: ['cli'],
  'cli-table3': ['cli'],
  'log-update': ['cli'],
}

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const imports: readonly Import[] = globSync('**/*.ts', { cwd: src }).flatMap((file) =>
  [
    ...readFileSync(join(src, file), 'utf8').matchAll(
      /^(?:import|export) (type )?(?:[^;]*?from )?'([^']+)'|import\('([^']+)'\)/gms,
    ),
  ].map(([, typeOnly, fixed, dynamic]) => {
    const target = fixed ?? dynamic ?? ''
    const to = target.startsWith('.') ? relative(src, join(src, dirname(file), target)) : target
    return { from: file, to, typeOnly: typeOnly !== undefined }
  }),
)
const isPackage = (target: string): boolean => !target.includes('.ts') && !target.startsWith('node:')
const folderOf = (file: string): string => file.split('/')[0] ?? ''

function layerOf(file: string): number {
  if (PORTS.has(file)) return 0
  return LAYERS.findIndex((names) => names.includes(folderOf(file)))
}

describe('layers', () => {
  test('every file is in one', () => {
    expect(imports.map(({ from }) => from).filter((file) => layerOf(file) === -1)).toEqual([])
  })

  test('imports go down', () => {
    const up = imports.filter(({ from, to, typeOnly }) => {
      if (isPackage(to) || to.startsWith('node:')) return false
      // Data may speak of each other's types: events of verdicts, caps of the state they look at.
      if (typeOnly && layerOf(from) <= 1 && layerOf(to) <= 1) return false
      return layerOf(to) > layerOf(from)
    })
    expect(up).toEqual([])
  })

  test('a package is imported in its folder only', () => {
    const stray = imports.filter(({ from, to }) => {
      if (!isPackage(to) || to === 'zod') return false
      const name = to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : folderOf(to)
      return !(PACKAGES[name] ?? []).includes(folderOf(from))
    })
    expect(stray).toEqual([])
  })

  test('the scoring kit imports no package and nothing of the harness: scorers and candidates load it', () => {
    const outside = imports.filter(
      ({ from, to }) =>
        folderOf(from) === 'scoring-kit' && !to.startsWith('node:') && folderOf(to) !== 'scoring-kit',
    )
    expect(outside).toEqual([])
  })

  test('the algorithm imports no package and does no I/O', () => {
    const outside = imports.filter(
      ({ from, to }) => from === 'evolve.ts' && (isPackage(to) || to.startsWith('node:')),
    )
    expect(outside).toEqual([])
  })
})
