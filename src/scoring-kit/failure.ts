/**
 * The candidate did something wrong. The message says what, in words for the agent that wrote it; its first line stands for
 * itself, what follows is a traceback or what it printed.
 */
export class CandidateFailure extends Error {
  override readonly name = 'CandidateFailure'

  constructor(summary: string, detail = '') {
    super(detail === '' ? summary : `${summary}\n${detail}`)
  }
}

/** The sandbox could not start a candidate: that says nothing about the candidate, and the scorer ends with status 75. */
export class SandboxFailure extends Error {
  override readonly name = 'SandboxFailure'
}

/** The exit status of a scorer that could not start a candidate: EX_TEMPFAIL, try again later. */
export const SANDBOX_EXIT_CODE = 75
