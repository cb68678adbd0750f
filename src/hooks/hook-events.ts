import type { RecordedEvent } from '../events.ts'
import type { RunState } from '../journal.ts'
import { multiplyGains } from '../lineage.ts'
import { totalTokens } from '../state/spent.ts'

/** What a person can be told of. */
export const HOOK_NAMES = ['new_best', 'stall', 'budget_80', 'paused', 'ended'] as const

export type HookName = (typeof HOOK_NAMES)[number]

/** The hook that an event is for, or null. */
export function hookOf(event: RecordedEvent): HookName | null {
  switch (event.type) {
    case 'version.committed':
      return event.version.number > 0 ? 'new_best' : null
    case 'supervisor.intervened':
      return 'stall'
    case 'budget.warned':
      return 'budget_80'
    case 'run.ended':
      return event.reason.kind === 'paused' ? 'paused' : 'ended'
    default:
      return null
  }
}

/** Which run a hook is about. */
export interface HookSubject {
  readonly project: string
  /** The task's directory. */
  readonly task: string
  readonly workspace: string
}

/** What a hook reads from its standard input: one JSON document on one line. */
export function renderHookInput(
  hook: HookName,
  event: RecordedEvent,
  state: RunState,
  subject: HookSubject,
): string {
  const best = state.versions.at(-1)
  return `${JSON.stringify({
    hook,
    ...subject,
    event,
    best:
      best === undefined
        ? null
        : {
            version: best.number,
            score: best.score.value,
            gainOverSeed: multiplyGains(state.versions),
            summary: best.summary,
            commit: best.commit,
          },
    attempts: state.ledger.length,
    costUsd: state.costUsd,
    unpricedCalls: state.unpricedCalls,
    tokens: totalTokens(state),
    activeMs: state.activeMs,
  })}\n`
}
