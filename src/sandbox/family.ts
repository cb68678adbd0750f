import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { AvoError } from '../errors.ts'
import { HARNESS_MARK } from './harness-mark.ts'
import {
  hasInEnvironment,
  killProcess,
  listProcesses,
  type ProcessEntry,
  readProcess,
  readShareBytes,
} from './process-table.ts'
import type { Limits } from './sandbox.ts'

const PATIENCE_MS = 5_000

/** A command with all that it started, also what left its process group (setsid, double fork). */
export interface Family {
  /** Variables that the command must be started with: its children inherit them. */
  readonly env: Readonly<Record<string, string>>
  /** Makes a process, which has started nothing yet, the first of the family. */
  admit(id: number): void
  /** Which limit the family is past. */
  findExcess(): 'memory' | 'processes' | null
  /** Kills whoever lives, until nobody does. Throws an `AvoError` `sandbox` where somebody can't be killed. */
  end(): Promise<void>
}

/**
 * A family whose members are known by a variable of their environment or by their parent. Nobody finds the process whose
 * parent ended before it was ever seen and which emptied its environment; in a sandbox with a process table of its own
 * there is none, because orphans stay in the family there. Processes of `others` are never looked at. Where there is no
 * /proc, nothing is found at all.
 */
export function openFamily(limits: Limits, others: readonly number[] = listProcesses()): Family {
  const mark = `${HARNESS_MARK}.${randomUUID()}`
  const members = new Set<number>()
  const older = new Set(others)
  const strangers = new Set(others)

  /** The members that are alive; no more than it takes to see that they are too many. */
  function findMembers(): ReadonlyMap<number, ProcessEntry> {
    const present = listProcesses()
    for (const known of [members, strangers, older]) keepOnly(known, present)
    let fresh = present.filter((id) => !members.has(id) && !strangers.has(id)).flatMap((id) => toEntries(id))
    function take(isMember: (id: number, entry: ProcessEntry) => boolean): boolean {
      const before = members.size
      for (const [id, entry] of fresh) if (isMember(id, entry)) members.add(id)
      fresh = fresh.filter(([id]) => !members.has(id))
      return members.size > before && members.size < limits.processes
    }
    take((id) => hasInEnvironment(id, mark))
    // A child may have a smaller number than its parent: go on as long as there are new members.
    while (take((_id, { parent }) => members.has(parent)));
    for (const [id] of fresh) strangers.add(id)
    return new Map([...members].flatMap((id) => toEntries(id)))
  }

  return {
    env: { AVO_MARK: mark },
    admit: (id) => members.add(id),
    findExcess() {
      const processes = findMembers()
      let tasks = 0
      let residentBytes = 0
      for (const entry of processes.values()) {
        tasks += entry.threads
        residentBytes += entry.residentBytes
      }
      if (tasks >= limits.processes) return 'processes'
      if (residentBytes < limits.memoryBytes) return null
      // Only now, because it takes longer: workers that share what their parent loaded are not to be ended for it.
      const shareBytes = [...processes.keys()].reduce((sum, id) => sum + readShareBytes(id), 0)
      return shareBytes < limits.memoryBytes ? null : 'memory'
    },
    async end() {
      const deadline = performance.now() + PATIENCE_MS
      for (;;) {
        // One that was looked at while it was about to start a program had no environment to be known by.
        for (const id of strangers) if (!older.has(id)) strangers.delete(id)
        const alive = [...findMembers().keys()]
        if (alive.length === 0) return
        if (performance.now() > deadline) throw cannotEnd(alive)
        for (const id of alive) killProcess(id)
        await delay(1)
      }
    },
  }
}

/** What to tell the person when processes that a command started can't be killed. */
export function cannotEnd(ids: readonly number[]): AvoError {
  return new AvoError(
    'sandbox',
    `processes that a command started can't be ended: ${ids.slice(0, 20).join(', ')}`,
    'They may hang in a driver or a network file system; end them before you start again.',
  )
}

/** Nothing for a process that has ended. */
function toEntries(id: number): readonly (readonly [number, ProcessEntry])[] {
  const entry = readProcess(id)
  return entry === null ? [] : [[id, entry]]
}

function keepOnly(known: Set<number>, present: readonly number[]): void {
  const still = new Set(present)
  for (const id of known) if (!still.has(id)) known.delete(id)
}
