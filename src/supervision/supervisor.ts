import type { Journal } from '../journal.ts'
import type { Direction } from '../score.ts'
import type { Review } from './directions.ts'
import { findSign, type SupervisorSettings } from './signs.ts'

/** Watches from outside, between attempts: on a sign, asks for a review and records the new directions. */
export function createSupervisor(options: {
  readonly journal: Journal
  readonly settings: SupervisorSettings
  readonly direction: Direction
  readonly review: Review
}): (signal: AbortSignal) => Promise<void> {
  const { journal, settings, direction, review } = options
  return async (signal) => {
    const sign = findSign(journal.state, settings, direction)
    if (sign === null || journal.state.attempt !== null) return
    const { directions, usage, costUsd } = await review(sign, journal.state, signal)
    journal.record({ type: 'supervisor.intervened', sign: sign.message, directions, usage, costUsd })
  }
}
