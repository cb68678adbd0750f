import type { Clock } from '../clock.ts'
import { RunHalt } from '../halt.ts'
import { renderDuration } from '../text.ts'
import type { ModelClient, ModelRequest } from './model.ts'
import { ModelError } from './model-error.ts'

/** How failures of a provider are borne. */
export interface Patience {
  readonly clock: Clock
  /** How long a provider may fail in a row before it is given up. */
  readonly giveUpAfterMs: () => number
  /** Told before every call; what it throws is passed on. */
  readonly beforeCall: (request: ModelRequest, model: ModelClient) => void
  readonly onFailure: (error: ModelError) => void
  /** Told before every wait: until when (milliseconds since 1970), and why. What it throws is passed on. */
  readonly beforeWait: (untilMs: number, reason: string) => void
  /** From 0 to 1. */
  readonly random?: () => number
}

const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 300_000

/**
 * A model whose passing failures (rate limit, overload, lost connection) are waited out, never sooner than the provider
 * says, and longer each time. Other failures are passed on at once.
 *
 * @throws {RunHalt} `paused`, once the provider has failed for so long that it is given up, or says that it will.
 */
export function createPatientModel(model: ModelClient, patience: Patience): ModelClient {
  const { clock, giveUpAfterMs, beforeCall, onFailure, beforeWait, random = Math.random } = patience
  // They outlive a request: an attempt that is over while the provider is gone doesn't make it come back.
  let failures = 0
  let failingSince = 0

  async function wait(error: ModelError, signal: AbortSignal): Promise<void> {
    const now = clock.now()
    if (failures === 0) failingSince = now
    failures += 1
    const untilMs = now + waitFor(error, failures, random)
    if (untilMs - failingSince > giveUpAfterMs()) {
      failures = 0
      throw giveUp(error, failingSince, untilMs, now)
    }
    beforeWait(untilMs, error.message)
    await clock.sleep(untilMs - now, signal)
  }

  return {
    ...model,
    async respond(request, signal) {
      for (;;) {
        beforeCall(request, model)
        try {
          const reply = await model.respond(request, signal)
          failures = 0
          return reply
        } catch (error) {
          if (!(error instanceof ModelError)) throw error
          onFailure(error)
          signal.throwIfAborted()
          if (!error.isPassing) throw error
          await wait(error, signal)
        }
      }
    },
  }
}

/**
 * Exponential with a ceiling and full jitter, so that many runs don't come back together. What the provider says is enough
 * the first time; one that says "at once" and fails again and again is not hammered.
 */
function waitFor({ retryAfterMs }: ModelError, failures: number, random: () => number): number {
  if (retryAfterMs !== null && failures === 1) return retryAfterMs
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1))
  return Math.max(retryAfterMs ?? 0, Math.round(longest * random()))
}

function giveUp(error: ModelError, failingSince: number, untilMs: number, now: number): RunHalt {
  const { message, hint, retryAfterMs } = error
  const lasted = now > failingSince ? `has failed for ${renderDuration(now - failingSince)}` : 'failed'
  const until = retryAfterMs === null ? '' : ` and says to come back after ${new Date(untilMs).toISOString()}`
  return new RunHalt({
    kind: 'paused',
    message: `the provider ${lasted}${until} (${message}): ${hint} The same command goes on from here; provider.give_up_after_minutes says how long to wait.`,
  })
}
