import { type Execution, type LimitKind, MAX_PRINTED_BYTES } from '../sandbox/sandbox.ts'
import type { FailureKind, IncorrectScore, Score } from '../score.ts'
import { cutToHead, cutToTail } from '../text.ts'
import type { ResultFile } from './result-file.ts'
import { parseScorerOutput } from './scorer-output.ts'

const MAX_OUTPUT_CHARACTERS = 4_000

const LIMIT_REASONS: Readonly<Record<Exclude<LimitKind, 'time'>, string>> = {
  memory: 'it used more memory than limits.memory_gb allows and was ended',
  processes: 'it started more processes and threads than limits.processes allows and was ended',
  'file-size': 'it wrote a larger file than limits.file_gb allows and was ended',
  output: `it printed more than ${MAX_PRINTED_BYTES / 1024 ** 2} MiB and was ended`,
}

/** What is known when a scorer has ended and everything that it started is dead. */
export interface ScorerOutcome {
  readonly execution: Execution
  readonly result: ResultFile
  readonly timeoutSeconds: number
  /** The set that the scores must have; empty where none is known yet. */
  readonly configurations: readonly string[]
  /** Whether a last line of stdout that looks like a result is believed. */
  readonly acceptsStdout: boolean
}

/** The score of a candidate, from how its scorer ended and what it wrote. A result is believed only after a clean exit. */
export function toScore(outcome: ScorerOutcome): Score {
  const { execution, result, timeoutSeconds, configurations } = outcome
  if (execution.limit === 'time')
    return failed(execution, 'timeout', `it took longer than ${timeoutSeconds} s and was ended`)
  if (execution.limit !== null) return failed(execution, 'limit', LIMIT_REASONS[execution.limit])
  if (execution.exitCode !== 0) return failed(execution, 'crash', describeCrash(execution))
  if (result.kind === 'unusable') return failed(execution, 'limit', result.reason)

  const document = result.kind === 'document' ? result.text : resultLine(outcome)
  if (document === null)
    return failed(execution, 'no-result', 'the scorer ended without writing a result to AVO_RESULT')

  const score = parseScorerOutput(document, configurations)
  if (!score.correct) return withOutput(score, execution)
  if (result.kind === 'document') return score
  return {
    ...score,
    warning:
      'the result came from the last line of stdout, which a candidate can print too; write it to AVO_RESULT',
  }
}

function failed(execution: Execution, failure: FailureKind, reason: string): IncorrectScore {
  return withOutput({ correct: false, failure, reason }, execution)
}

function withOutput(score: IncorrectScore, execution: Execution): IncorrectScore {
  const output = cutToTail(execution.output, MAX_OUTPUT_CHARACTERS)
  return output === '' ? score : { ...score, output }
}

/** For small scripts: the last line of stdout, if it is a JSON object that says whether the candidate is correct. */
function resultLine({ execution, acceptsStdout }: ScorerOutcome): string | null {
  if (!acceptsStdout) return null
  const line = execution.stdout.trimEnd().split('\n').at(-1) ?? ''
  return line.startsWith('{') && line.includes('"correct"') ? line : null
}

function describeCrash({ exitCode, signal, output }: Execution): string {
  const end =
    exitCode === null ? `the scorer was ended by ${signal}` : `the scorer ended with exit code ${exitCode}`
  const line = findErrorLine(output)
  return line === null ? end : `${end}: ${line}`
}

/** The line that says what went wrong: the last that names an error, and where none does the last at all. */
function findErrorLine(output: string): string | null {
  const lines = cutToTail(output, MAX_OUTPUT_CHARACTERS)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^at |^Node\.js v/.test(line))
  const line =
    lines.findLast((text) => /error|exception|panicked|fatal|fault|abort|assert/i.test(text)) ?? lines.at(-1)
  return line === undefined ? null : cutToHead(line, 300)
}
