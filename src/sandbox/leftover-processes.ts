import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { AvoError } from '../errors.ts'

const PATIENCE_MS = 5_000

/** Finds what a command started even where it left the process group (setsid, double fork). */
export interface LeftoverProcesses {
  /** Variables that the command must be started with: what it starts inherits them, and is known by them. */
  readonly env: Readonly<Record<string, string>>
  /** Kills whatever still runs, until nothing does. Throws an `AvoError` `sandbox` where something can't be killed. */
  end(): Promise<void>
}

/**
 * Call it before the command starts: only processes that are newer are looked at, so that it costs no more on a busy
 * machine. Works on Linux. A process that leaves the group *and* empties its environment is not found.
 */
export function watchLeftoverProcesses(): LeftoverProcesses {
  const tag = randomUUID()
  const before = new Set(listProcesses())

  function find(): number[] {
    return listProcesses()
      .filter((id) => !before.has(id) && hasTag(id, tag))
      .map(Number)
  }

  return { env: { AVO_EXEC_ID: tag }, end: () => endAll(find) }
}

/** The variable by which the processes of a run are known when the harness that started them was killed. */
export const OWNER_VARIABLE = 'AVO_OWNER'

/**
 * Ends what an earlier harness, which could not do it itself, left running for an owner. Works on Linux. Throws an
 * `AvoError` `sandbox` where something can't be killed.
 */
export function endOrphans(owner: string): Promise<void> {
  const tag = `${OWNER_VARIABLE}=${owner}\0`
  return endAll(() =>
    listProcesses()
      .filter((id) => id !== String(process.pid) && hasTag(id, tag))
      .map(Number),
  )
}

async function endAll(find: () => readonly number[]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (let alive = find(); alive.length > 0; alive = find()) {
    if (performance.now() > deadline)
      throw new AvoError(
        'sandbox',
        `processes that a command left behind can't be ended: ${alive.join(', ')}`,
        'They may hang in a driver or a network file system; end them before you start again.',
      )
    for (const id of alive) kill(id)
    await delay(1)
  }
}

function listProcesses(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** False as well for a process that is gone, is a zombie, or belongs to somebody else. */
function hasTag(id: string, tag: string): boolean {
  try {
    return readFileSync(`/proc/${id}/environ`).includes(tag)
  } catch {
    return false
  }
}

function kill(id: number): void {
  try {
    process.kill(id, 'SIGKILL')
  } catch {
    // It ended by itself in the meantime.
  }
}
