/** What went wrong, as a word that programs can branch on. */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'task'
  | 'scorer'
  | 'sandbox'
  | 'storage'
  | 'journal'
  | 'locked'
  | 'knowledge'
  | 'halted'
  | 'model-auth'
  | 'model-quota'
  | 'model-retired'
  | 'model-rate-limit'
  | 'model-overloaded'
  | 'model-context-overflow'
  | 'model-invalid'
  | 'model-unreachable'

/** The process's exit status for each failure. `avo --help` prints this table. */
export const EXIT_CODES = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  task: 3,
  model: 4,
  environment: 5,
  interrupted: 130,
} as const

/**
 * A failure of ours or of the world (no key, disk full, scorer broken): it stops or pauses the run.
 * The model's mistakes become text for the model and the candidate's failures become an incorrect score;
 * neither is ever thrown as an `AvoError`.
 */
export class AvoError extends Error {
  override readonly name = 'AvoError'
  readonly code: ErrorCode
  /** What the person can do about it, in one or two sentences. */
  readonly hint: string

  constructor(code: ErrorCode, message: string, hint = '', options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.hint = hint
  }

  /** The exit status of a command that ends with this error. */
  get exitCode(): number {
    if (this.code === 'usage' || this.code === 'config') return EXIT_CODES.usage
    if (this.code === 'task' || this.code === 'scorer') return EXIT_CODES.task
    if (this.code.startsWith('model-')) return EXIT_CODES.model
    return EXIT_CODES.environment
  }
}

/** The message of anything that was thrown. */
export function toMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
