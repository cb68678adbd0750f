import { AvoError, type ErrorCode } from '../errors.ts'

/** A provider's failure. `retryAfterMs` is the provider's own word on when to come back, null where it said nothing. */
export class ModelError extends AvoError {
  readonly retryAfterMs: number | null

  constructor(
    code: ErrorCode & `model-${string}`,
    message: string,
    hint = '',
    retryAfterMs: number | null = null,
    cause?: unknown,
  ) {
    super(code, message, hint, { cause })
    this.retryAfterMs = retryAfterMs
  }

  /** Whether the same call can succeed later. */
  get isPassing(): boolean {
    return (
      this.code === 'model-rate-limit' ||
      this.code === 'model-overloaded' ||
      this.code === 'model-unreachable'
    )
  }
}
