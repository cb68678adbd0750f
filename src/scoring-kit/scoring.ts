import process from 'node:process'
import { evaluateCandidate } from './evaluate-candidate.ts'
import { SANDBOX_EXIT_CODE, SandboxFailure } from './failure.ts'
import { writeResult } from './result.ts'
import type { ScoringTask } from './task.ts'

export type { NumberArray } from './channel/plain-data.ts'
export { firstDifference, type Tolerance } from './difference.ts'
export { type EvaluationOptions, evaluateCandidate } from './evaluate-candidate.ts'
export { SandboxFailure } from './failure.ts'
export type { CommandCandidate, LibraryCandidate, LibraryOutput, ModuleCandidate } from './process/program.ts'
export type { Random } from './random.ts'
export type { CorrectResult, IncorrectResult, ScoringResult } from './result.ts'
export type { ConfigurationMetrics } from './scores.ts'
export type { ScoringTask } from './task.ts'

/**
 * A whole scorer: evaluates the candidate in `AVO_CANDIDATE` and writes the document to `AVO_RESULT`. Run by hand,
 * `node score.mjs DIRECTORY`, it prints the document. Ends the process with status 75 where a candidate can't be started
 * through no fault of its own.
 *
 *     import { scoreCandidate } from 'avo/scoring'
 *
 *     await scoreCandidate({
 *       candidate: { module: 'sort.mjs', function: 'sort' },
 *       configurations: { 'n = 1000': 1_000, 'n = 100000': 100_000 },
 *       input: (size, random) => Float64Array.from({ length: size }, random),
 *       reference: (_, values) => values.toSorted(),
 *     })
 */
export async function scoreCandidate<Configuration, Input>(
  task: ScoringTask<Configuration, Input>,
): Promise<void> {
  const [candidateDirectory = process.argv[2], resultPath, broker, inputs, hidden] = [
    'AVO_CANDIDATE',
    'AVO_RESULT',
    'AVO_BROKER',
    'AVO_INPUTS',
    'AVO_HOLDOUT',
  ].map(takeVariable)
  if (candidateDirectory === undefined)
    throw new TypeError('which candidate? `avo eval` says it; by hand: node score.mjs DIRECTORY')
  try {
    const skipsHoldout = hidden === 'skip'
    const result = await evaluateCandidate(task, { candidateDirectory, broker, inputs, skipsHoldout })
    if (resultPath !== undefined) writeResult(resultPath, result)
    else process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  } catch (error) {
    if (!(error instanceof SandboxFailure)) throw error
    process.stderr.write(`no candidate could be started: ${error.message}\n`)
    process.exit(SANDBOX_EXIT_CODE)
  }
}

/** What the scorer starts has no business with its variables. */
function takeVariable(name: string): string | undefined {
  const value = process.env[name]
  delete process.env[name]
  return value
}
