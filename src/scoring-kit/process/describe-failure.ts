import { CandidateFailure } from '../failure.ts'
import type { CandidateEnd } from './launcher.ts'

const MAX_SUMMARY_CHARACTERS = 500
const MAX_DETAIL_CHARACTERS = 3_000

/** What the runner in the candidate's process says went wrong: a sentence, and a traceback where there is one. */
export function describeFailure(failed: unknown): CandidateFailure {
  const { message, trace } = Object(failed) as { message?: unknown; trace?: unknown }
  const summary = typeof message === 'string' ? message : 'it failed and did not say how'
  return new CandidateFailure(
    summary.slice(0, MAX_SUMMARY_CHARACTERS).toWellFormed(),
    typeof trace === 'string' ? trace.slice(0, MAX_DETAIL_CHARACTERS).toWellFormed() : '',
  )
}

/** What the end of its process says about a candidate that owed an answer. */
export function describeEnd({ exitCode, signal, limit, stderr }: CandidateEnd): CandidateFailure {
  const how =
    limit !== null
      ? `ran into its limit on ${limit}`
      : signal !== null
        ? `was ended by ${signal}`
        : `ended with exit code ${exitCode ?? 'unknown'}`
  return new CandidateFailure(`its process ${how} before it answered`, stderr.toWellFormed().trim())
}
