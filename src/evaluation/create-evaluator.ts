import { tmpdir } from 'node:os'
import type { Workspace } from '../lineage.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Score } from '../score.ts'
import { requireRoom } from '../storage/full-disk.ts'
import { describeScorer } from './describe-scorer.ts'
import type { Evaluator } from './evaluator.ts'
import { demandPrograms } from './needed-programs.ts'
import { toScore } from './scorer-outcome.ts'
import { scorerCommand } from './scorer-program.ts'
import { createScorerRun } from './scorer-run.ts'
import { openScorerSnapshot } from './scorer-snapshot.ts'
import type { ScorerSpec } from './scorer-spec.ts'

/** The exit status of a command that is not there, and of one that could not start another one. */
const NOT_FOUND = 127

/** What an evaluator needs. */
export interface EvaluatorOptions {
  readonly scorer: ScorerSpec
  /** Where the scorer's copy is kept, under its hash: `.avo/scorer`. */
  readonly snapshotDirectory: string
  /** Where candidates are unpacked; made if it is missing. */
  readonly temporaryDirectory: string
  readonly sandbox: Sandbox
  /** Paths that scorer and candidates may read besides what is theirs. */
  readonly readable?: readonly string[]
  /** Domains that the scorer may reach. */
  readonly domains?: readonly string[]
  readonly workspace: Pick<Workspace, 'export'>
  /**
   * The lineage's configurations and the scorer that named them, where a run goes on. Another scorer, and a new run,
   * learn them from the first correct score.
   */
  readonly known?: { readonly scorer: string; readonly configurations: readonly string[] }
}

/**
 * Copies and hashes the scorer, asks it about itself where it can answer, and gives the evaluator of this run.
 * Throws an `AvoError` `scorer` where the scorer is missing or can't be loaded; its evaluations do where a program is missing
 * that the scorer itself or all candidates need.
 */
export async function createEvaluator(options: EvaluatorOptions, signal: AbortSignal): Promise<Evaluator> {
  const { scorer: spec, sandbox, temporaryDirectory, readable = [], domains = [], workspace, known } = options
  const snapshot = await openScorerSnapshot(spec, options.snapshotDirectory)
  const run = createScorerRun({ spec, snapshot, sandbox, temporaryDirectory, readable, domains })
  const { configurations: declared, description, python } = await describeScorer(spec, run, signal)
  const argv = scorerCommand(spec, python)

  const remembered = known?.scorer === snapshot.scorer ? known.configurations : []
  let configurations = declared.length > 0 ? declared : remembered
  // A scorer that has written a result once does not fall back on stdout: a line there would be the candidate's.
  let acceptsStdout = spec.kind === 'command'

  return {
    scorer: snapshot.scorer,
    directory: snapshot.directory,
    description,
    async evaluate(tree, signal, { inputs, isPreview = false } = {}) {
      const provide = (directory: string): Promise<void> => workspace.export(tree, directory)
      const occasion = {
        ...(inputs !== undefined && { AVO_INPUTS: inputs }),
        ...(isPreview && { AVO_HOLDOUT: 'skip' }),
      }
      const { execution, result } = await run(argv, provide, signal, occasion)
      if (execution.exitCode === NOT_FOUND)
        await demandPrograms([[argv[0]]], sandbox, snapshot.directory, signal)
      const score = toScore({
        execution,
        result,
        timeoutSeconds: spec.timeoutSeconds,
        configurations,
        acceptsStdout,
      })
      // A scorer that could not write its result says nothing about the candidate.
      if (!score.correct) requireRoom([temporaryDirectory, tmpdir()])
      else {
        acceptsStdout &&= result.kind !== 'document'
        if (configurations.length === 0)
          configurations = score.scores.map(({ configuration }) => configuration)
      }
      return isPreview ? withoutHoldout(score) : score
    },
  }
}

function withoutHoldout(score: Score): Score {
  if (!score.correct) return score
  const { holdout: _hidden, ...shown } = score
  return shown
}
