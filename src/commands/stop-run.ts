import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../config/config.ts'
import { AvoError } from '../errors.ts'
import { findLockHolder, type LockHolder } from '../storage/lock.ts'
import { toRunDirectory } from '../storage/run-directory.ts'

/** Between two looks at whether a process still lives. */
const LOOK_MS = 50
/** How long a process that was told to end at once may take. */
const PATIENCE_MS = 5_000

/**
 * Ends the process that runs a task, and waits until it has ended: as SIGTERM does, which lets the step come to a clean
 * end, or `now`, as a second one does. Gives its pid; null where nobody runs the task.
 *
 * @param onWait is told the pid once the process was asked
 * @throws {AvoError} `locked` where it runs on another machine or is somebody else's.
 */
export async function stopRun(
  config: Config,
  { now }: { readonly now: boolean },
  onWait: (pid: number) => void,
): Promise<number | null> {
  const holder = findLockHolder(toRunDirectory(config.recordsDirectory).lock)
  if (holder === null) return null
  const { pid, otherHost } = holder
  if (otherHost !== null)
    throw new AvoError('locked', `process ${pid} on ${otherHost} runs it`, `Run avo stop on ${otherHost}.`)
  send(pid, 'SIGTERM')
  if (now) await endAtOnce(holder)
  else onWait(pid)
  while (holder.isAlive()) await delay(LOOK_MS)
  return pid
}

/** Not the same signal twice: two that are on their way at a time arrive as one. */
async function endAtOnce(holder: LockHolder): Promise<void> {
  send(holder.pid, 'SIGINT')
  const deadline = performance.now() + PATIENCE_MS
  while (holder.isAlive() && performance.now() < deadline) await delay(LOOK_MS)
  if (holder.isAlive()) send(holder.pid, 'SIGKILL')
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    // It has ended by itself in the meantime.
    if (code === 'ESRCH') return
    throw new AvoError(
      'locked',
      `process ${pid} can't be told to stop: it is somebody else's`,
      'Run avo stop as that user.',
      { cause },
    )
  }
}
