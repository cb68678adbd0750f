import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { toDiskError } from '../errors.ts'
import type { Journal } from '../journal.ts'

/** Between two looks at whether the pause is over. */
const LOOK_MS = 250

/** Asks a run for a pause before its next model call; any process may. `file` is in the run's directory, which exists. */
export function askForPause(file: string): void {
  try {
    writeFileSync(file, '')
  } catch (error) {
    throw toDiskError(error)
  }
}

/** Ends a pause that was asked for. */
export function endPause(file: string): void {
  rmSync(file, { force: true })
}

/** Whether a pause is asked for. */
export function isPauseAsked(file: string): boolean {
  return existsSync(file)
}

/** Makes the function that rests, without spending anything, for as long as the person wants; an abort ends it too. */
export function createRest(journal: Journal, file: string): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    if (!isPauseAsked(file)) return
    journal.record({ type: 'run.paused' })
    while (isPauseAsked(file)) await delay(LOOK_MS, undefined, { signal })
    journal.record({ type: 'run.resumed' })
  }
}
