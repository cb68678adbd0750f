import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createEvaluator, type EvaluatorOptions } from '../../src/evaluation/create-evaluator.ts'
import type { Evaluator } from '../../src/evaluation/evaluator.ts'
import type { ScorerSpec } from '../../src/evaluation/scorer-spec.ts'
import { createProcessSandbox } from '../../src/sandbox/process.ts'

export const NEVER = new AbortController().signal

/** A directory with files in it, removed after the test. */
export function makeDirectory(files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'avo-evaluation-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
  return directory
}

/** A scorer that is a shell script: `score.sh`, with what else lies beside it. */
export function shellScorer(script: string, files: Readonly<Record<string, string>> = {}): ScorerSpec {
  return {
    kind: 'command',
    command: ['/bin/sh', 'score.sh'],
    directory: makeDirectory({ 'score.sh': script, ...files }),
    exclude: [],
    env: {},
    timeoutSeconds: 30,
  }
}

/** An evaluator whose trees are directories: a candidate is scored by its path. */
export function openTask(scorer: ScorerSpec, options: Partial<EvaluatorOptions> = {}): Promise<Evaluator> {
  return createEvaluator(
    {
      scorer,
      snapshotDirectory: makeDirectory(),
      temporaryDirectory: makeDirectory(),
      sandbox: createProcessSandbox(),
      workspace: {
        async export(tree, directory) {
          cpSync(tree, directory, { recursive: true })
        },
      },
      ...options,
    },
    NEVER,
  )
}
