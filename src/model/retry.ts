import { setTimeout as sleep } from 'node:timers/promises'
import type { ModelClient } from './model.ts'
import { ModelError } from './model-error.ts'

/** Calls of one request, the first included, before the failure is passed on. */
const MAX_TRIES = 8
const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 120_000

/**
 * A model whose passing failures (rate limit, overload, lost connection) are waited out: as long as the provider says or,
 * where it says nothing, twice as long each time, with jitter. Other failures are passed on at once.
 */
export function withRetries(
  model: ModelClient,
  onFailure: (error: ModelError, retryInMs: number | null) => void,
): ModelClient {
  return {
    ...model,
    async respond(request, signal) {
      for (let tries = 1; ; tries++) {
        try {
          return await model.respond(request, signal)
        } catch (error) {
          if (!(error instanceof ModelError) || signal.aborted) throw error
          const retryInMs =
            error.isPassing && tries < MAX_TRIES ? (error.retryAfterMs ?? backOff(tries)) : null
          onFailure(error, retryInMs)
          if (retryInMs === null) throw error
          await sleep(retryInMs, undefined, { signal })
        }
      }
    },
  }
}

/** Exponential with a ceiling, between half of it and all of it, so that many runs don't come back together. */
function backOff(tries: number): number {
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1))
  return Math.round(delay * (0.5 + Math.random() / 2))
}
