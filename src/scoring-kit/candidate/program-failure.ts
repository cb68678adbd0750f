/** What the candidate's program did wrong, in a sentence, and what else there is to read about it. */
export class ProgramFailure extends Error {
  override readonly name = 'ProgramFailure'
  readonly trace: string

  constructor(message: string, trace = '') {
    super(message)
    this.trace = trace
  }
}
