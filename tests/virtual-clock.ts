import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../src/clock.ts'

/** A clock on which nothing takes time but sleeping, and sleeping takes none of ours. Several sleepers wake in the right order. */
export interface VirtualClock extends Clock {
  /** Every wait so far, in milliseconds. */
  readonly waits: readonly number[]
  /** Lets time pass without anybody sleeping. */
  advance(ms: number): void
}

export function createVirtualClock(start = Date.UTC(2026, 0, 2, 17)): VirtualClock {
  let time = start
  const wakings = new Set<number>()
  const waits: number[] = []
  return {
    waits,
    now: () => time,
    steadyMs: () => time,
    advance(ms) {
      time += ms
    },
    async sleep(ms, signal) {
      signal.throwIfAborted()
      waits.push(ms)
      let at = time + Math.max(0, ms)
      while (wakings.has(at)) at += 0.001
      wakings.add(at)
      try {
        do {
          await nextTurn()
          signal.throwIfAborted()
        } while (Math.min(...wakings) < at)
        time = Math.max(time, at)
      } finally {
        wakings.delete(at)
      }
    },
  }
}
