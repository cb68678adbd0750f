import { extname, join } from 'node:path'
import { execPath } from 'node:process'
import { PACKAGE_ROOT } from '../package-root.ts'
import type { ScorerSpec } from './scorer-spec.ts'

/** The build copies no Python files: src/ is part of the package, and they run from there. */
const PYTHON_RUNNER = join(PACKAGE_ROOT, 'src/evaluation/python/run_scorer.py')
const NODE_RUNNER = join(import.meta.dirname, `node-scorer-runner${extname(import.meta.filename)}`)

/** The command that scores a candidate, by the contract of `AVO_CANDIDATE` and `AVO_RESULT`, for every kind of scorer. */
export function scorerCommand(spec: ScorerSpec, python: string): readonly [string, ...string[]] {
  switch (spec.kind) {
    case 'command':
      return spec.command
    case 'python-class':
      return pythonCommand(python, 'evaluate', spec.module, spec.className, spec.solutionFile)
    case 'node-module':
      return [execPath, '--disable-warning=ExperimentalWarning', NODE_RUNNER, spec.module, spec.exportName]
  }
}

/** The command that asks a Python class for its configurations and its description. */
export function describeCommand(
  spec: ScorerSpec & { kind: 'python-class' },
  python: string,
): readonly [string, ...string[]] {
  return pythonCommand(python, 'describe', spec.module, spec.className)
}

function pythonCommand(python: string, ...args: readonly string[]): readonly [string, ...string[]] {
  return [python, '-u', PYTHON_RUNNER, ...args]
}
