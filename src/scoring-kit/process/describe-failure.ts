import { CandidateFailure } from '../failure.ts'
import type { CandidateEnd } from './launcher.ts'

const MAX_SUMMARY_CHARACTERS = 500
const MAX_DETAIL_CHARACTERS = 3_000

/** What is said in the candidate's process, where anything can be: marked as its words, cut, without terminal controls. */
export function describeFailure(failed: unknown): CandidateFailure {
  const { message, trace } = Object(failed) as { message?: unknown; trace?: unknown }
  const summary = quote(message, MAX_SUMMARY_CHARACTERS).replaceAll('\n', ' ')
  return new CandidateFailure(`it says: ${summary || 'nothing'}`, quote(trace, MAX_DETAIL_CHARACTERS))
}

/** What the end of its process says about a candidate that owed an answer. */
export function describeEnd({ exitCode, signal, limit, stderr }: CandidateEnd): CandidateFailure {
  const how =
    limit !== null
      ? `ran into its limit on ${limit}`
      : signal !== null
        ? `was ended by ${signal}`
        : `ended with exit code ${exitCode ?? 'unknown'}`
  const printed = quote(stderr, MAX_DETAIL_CHARACTERS)
  return new CandidateFailure(
    `its process ${how} before it answered`,
    printed === '' ? '' : `it printed:\n${printed}`,
  )
}

function quote(text: unknown, maxCharacters: number): string {
  if (typeof text !== 'string') return ''
  return text
    .slice(0, maxCharacters)
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim()
}
