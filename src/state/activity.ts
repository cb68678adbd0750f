import type { RecordedEvent } from '../events.ts'

/** What a run does at a moment. */
export interface Activity {
  /**
   * `starting` before the first attempt, `thinking` while the model is asked, `using-tool`, `waiting` for the model's
   * provider, `deciding` from the submission to the verdict, `turning` from one attempt to the next.
   */
  readonly phase: 'starting' | 'thinking' | 'using-tool' | 'waiting' | 'deciding' | 'turning'
  /** For people: which tool and on what, why and for whom it waits. */
  readonly detail: string
  /** ISO 8601, UTC. */
  readonly since: string
}

/** What a run does after an event; null once it has ended. */
export function foldActivity(current: Activity | null, event: RecordedEvent): Activity | null {
  const begin = (phase: Activity['phase'], detail = ''): Activity => ({ phase, detail, since: event.at })
  switch (event.type) {
    case 'run.started':
      return begin('starting', 'measures where it starts from')
    case 'attempt.started':
    case 'tool.returned':
    case 'model.failed':
    case 'model.replied':
    case 'model.replaced':
      return begin('thinking', 'the model thinks')
    case 'model.waiting':
      return begin('waiting', event.reason)
    case 'run.paused':
      return begin('waiting', 'paused by you')
    case 'run.resumed':
      return begin('thinking', 'goes on')
    case 'tool.called':
      return begin('using-tool', `${event.tool} ${event.about}`.trimEnd())
    case 'solution.submitted':
      return begin('deciding', 'the gate measures afresh')
    case 'attempt.abandoned':
    case 'candidate.rejected':
    case 'candidate.set-aside':
    case 'version.committed':
      return begin('turning', 'prepares what comes next')
    case 'run.ended':
      return null
    default:
      return current
  }
}
