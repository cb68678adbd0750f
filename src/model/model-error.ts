import { AvoError, type ErrorCode } from '../errors.ts'
import type { Usage } from '../events.ts'

/** What is paid for a reply that broke off. */
export interface Billed {
  readonly usage: Usage
  /** USD; null where it is unknown, because the provider had not counted yet or the price is unknown. */
  readonly costUsd: number | null
}

/** A provider's failure. */
export class ModelError extends AvoError {
  /** The provider's own word on when to come back, in milliseconds from now; null where it said nothing. */
  readonly retryAfterMs: number | null
  /** Null where no part of a reply had come: then nothing is paid. */
  readonly billed: Billed | null

  constructor(
    code: ErrorCode & `model-${string}`,
    message: string,
    hint = '',
    options: ErrorOptions & { readonly retryAfterMs?: number | null; readonly billed?: Billed | null } = {},
  ) {
    super(code, message, hint, options)
    this.retryAfterMs = options.retryAfterMs ?? null
    this.billed = options.billed ?? null
  }

  /** Whether the same call can succeed later. */
  get isPassing(): boolean {
    return (
      this.code === 'model-rate-limit' ||
      this.code === 'model-overloaded' ||
      this.code === 'model-unreachable'
    )
  }

  /** Whether this model will not answer, and another one may. */
  get isFinal(): boolean {
    return this.code === 'model-retired' || this.code === 'model-quota'
  }
}
