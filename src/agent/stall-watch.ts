import type { Stall } from '../attempt.ts'
import type { Abandoned } from '../evolve.ts'
import type { MadeCall } from './call-tools.ts'

/** An attempt that stands still. */
export interface Standstill {
  readonly stall: Stall
  /** So many turns in a row. */
  readonly turns: number
  /** The calls of the last of them, in a few words each. */
  readonly calls: readonly string[]
  /** Whether the agent was told often enough, so that the attempt is over. */
  readonly isOver: boolean
}

/** Watches an attempt for turns that lead nowhere. */
export interface StallWatch {
  /** Takes note of a turn in which tools were called. Gives how the attempt stands still where the agent must hear of it, else null. */
  noteTurn(calls: readonly MadeCall[]): Promise<Standstill | null>
  /** The agent has forgotten what its calls showed: it may make them again. */
  forget(): void
}

/** Replies in a row without a tool call after which an attempt is over. */
export const MAX_SILENT_REPLIES = 3

/** How often, in turns, the agent is told, and after how many the attempt is over. */
const LIMITS: Readonly<
  Record<Exclude<Stall, 'silent'>, { readonly tellEvery: number; readonly over: number }>
> = {
  repeating: { tellEvery: 2, over: 8 },
  unchanged: { tellEvery: 15, over: 45 },
}

/** An attempt in which the agent called no tool in so many replies in a row. That the journal knows, also after a restart. */
export function silence(replies: number): Standstill {
  return { stall: 'silent', turns: replies, calls: [], isOver: replies >= MAX_SILENT_REPLIES }
}

/**
 * Watches one attempt. A turn repeats where every call in it had been made before with the same effect: the same call again
 * and again, an edit that is made and taken back, the same files evaluated, an edit that changes nothing.
 *
 * @param snapshot content id of the solution as it is now. It takes programs of git's, so that it is looked at now and then only.
 */
export async function createStallWatch(snapshot: () => Promise<string>): Promise<StallWatch> {
  const seen = new Set<string>()
  let repeating = 0
  let unchanged = 0
  let sinceLook = 0
  let tree = await look()

  /** Files that can't be a solution are no reason to stop: the tools tell the agent. */
  function look(): Promise<string | null> {
    return snapshot().catch(() => null)
  }

  function isRepetition(calls: readonly MadeCall[]): boolean {
    const isNew = calls.some(({ effect }) => effect !== null && !seen.has(effect))
    for (const { effect } of calls) if (effect !== null) seen.add(effect)
    return !isNew
  }

  async function countUnchanged(): Promise<number> {
    sinceLook += 1
    if (sinceLook < LIMITS.unchanged.tellEvery) return 0
    const now = await look()
    unchanged = now !== null && now === tree ? unchanged + sinceLook : 0
    tree = now
    sinceLook = 0
    return unchanged
  }

  return {
    async noteTurn(made) {
      const calls = [...new Set(made.map(({ words }) => words))]
      repeating = isRepetition(made) ? repeating + 1 : 0
      return (
        toStandstill('repeating', repeating, calls) ??
        toStandstill('unchanged', await countUnchanged(), calls)
      )
    },
    forget: () => seen.clear(),
  }
}

function toStandstill(
  stall: keyof typeof LIMITS,
  turns: number,
  calls: readonly string[],
): Standstill | null {
  const { tellEvery, over } = LIMITS[stall]
  return turns === 0 || turns % tellEvery !== 0 ? null : { stall, turns, calls, isOver: turns >= over }
}

/** How an attempt ends that stands still; `lastWords` are the agent's. */
export function giveUp({ stall, turns, calls }: Standstill, lastWords: string): Abandoned {
  const reasons = {
    silent: `the agent called no tool in ${turns} replies: ${lastWords}`,
    repeating: `the agent went round in circles: in ${turns} turns it only made calls that it had made before, with the same outcome (${calls.join('; ')})`,
    unchanged: `the agent changed nothing in the solution in ${turns} turns`,
  }
  return { abandoned: reasons[stall], stalled: stall }
}
