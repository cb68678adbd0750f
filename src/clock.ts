import { setTimeout as wait } from 'node:timers/promises'

/** The time, and waiting for it to pass. Whatever waits for long takes one, so that tests can let a week pass in a second. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Milliseconds since some moment, which only grow, whatever is done to the time. */
  steadyMs(): number
  /** Waits so many milliseconds. Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Timers stand still while a machine is suspended: one that wakes up looks at the time at least so often. */
const LONGEST_NAP_MS = 30_000

/** The machine's own time. A wait is over when either its timer or its clock says so, so that no jump of one prolongs it. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  steadyMs: () => performance.now(),
  async sleep(ms, signal) {
    const asleepAt = performance.now()
    const until = Date.now() + ms
    for (;;) {
      signal.throwIfAborted()
      const left = Math.min(until - Date.now(), ms - (performance.now() - asleepAt))
      if (left <= 0) return
      await wait(Math.min(left, LONGEST_NAP_MS), undefined, { signal }).catch((error: unknown) => {
        signal.throwIfAborted()
        throw error
      })
    }
  },
}
