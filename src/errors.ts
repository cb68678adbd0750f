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

/** What the disk says when it has no room, or can't be used any more. */
const DISK_FAILURES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'])

/** A failure of the disk as what stops a run, whoever met it; anything else as it was. */
export function toDiskError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof AvoError) return thrown
  if (!('code' in thrown) || !DISK_FAILURES.has(thrown.code)) return thrown
  return new AvoError('storage', `the disk failed: ${thrown.message}`, MAKE_ROOM, { cause: thrown })
}

/** What to do about a full disk. */
export const MAKE_ROOM = 'Make room on the disk and run the same command again: it goes on where it was.'

/** The message of anything that was thrown. */
export function toMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
