import type { Event } from '../../src/events.ts'
import type { RunState } from '../../src/journal.ts'
import { DIRECTION_KINDS, type ProposedDirection } from '../../src/state/redirection.ts'
import { weighKinds } from '../../src/supervision/bandit.ts'

const IDEAS = [
  'Pack B into panels that fit the second-level cache before the inner loops',
  'Count loads against multiplications in the assembly and find what the kernel waits for',
  'Give each thread a strip of C and leave A shared',
] as const
/** Attempts without a version after which it steps in. */
const PATIENCE = 6

/** What the demonstration's supervisor does before an attempt. */
export function superviseDemo(state: RunState, attempt: number, record: (event: Event) => void): void {
  const { failedAttempts, redirection } = state
  if (failedAttempts > 0 && failedAttempts % PATIENCE === 0)
    record({
      type: 'supervisor.intervened',
      sign: `${failedAttempts} attempts in a row brought no version; the last five changed the same loop`,
      kind: 'failing',
      step: redirection.fruitless > 0 ? 'fresh-context' : 'redirect',
      directions: IDEAS.map((what, index): ProposedDirection => {
        const kind = DIRECTION_KINDS[(attempt + 2 * index) % DIRECTION_KINDS.length] ?? 'explore'
        const why =
          'Every version so far has made the inner loop shorter, and none has changed what it reads.'
        const giveUp = 'n = 2048 is no faster after two attempts.'
        return { kind, what, why, read: ['avo/caches.md'], giveUp }
      }),
      usage: { inputTokens: 9_000, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 900 },
      costUsd: 0.07,
    })
  const [next] = state.redirection.queue
  if (state.redirection.inForce !== null || next === undefined) return
  const weights = weighKinds(state.ledger)
  record({ type: 'direction.chosen', direction: next.number, attempts: 3, weights })
}
