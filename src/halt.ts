import { AvoError } from './errors.ts'
import type { StopReason } from './stop.ts'

/**
 * Thrown where the next step may not be taken: a cap would be passed, or the model's provider has been gone for too long.
 * The run ends with the reason, all that was done is kept, and the next start goes on from there.
 */
export class RunHalt extends AvoError {
  readonly reason: StopReason

  constructor(reason: StopReason) {
    super('halted', reason.message)
    this.reason = reason
  }
}

/** Thrown where an attempt may not go on: one of its caps would be passed. The run goes on with the next. */
export class AttemptHalt extends AvoError {
  constructor(message: string) {
    super('halted', message)
  }
}
