import type { Verdict } from '../attempt.ts'
import type { RecordedEvent } from '../events.ts'
import { foldEvent } from '../run-fold.ts'
import { createRunFold } from '../run-start.ts'
import { judge } from './judge.ts'

/** A verdict as the journal has it, and as it comes out again. */
export interface Redecision {
  readonly attempt: number
  readonly recorded: Verdict
  /** Null where the rounds in the journal come to no verdict. */
  readonly redone: Verdict | null
}

/** Judges every solution again that was measured, from the rounds and the rules in the journal and nothing else. */
export function redecide(events: Iterable<RecordedEvent>): readonly Redecision[] {
  const state = createRunFold()
  const redecisions: Redecision[] = []
  for (const event of events) {
    const gate = state.attempt?.gate
    if (event.type === 'gate.decided' && gate !== undefined) {
      const ruling = judge(gate.rounds, gate.rules)
      const redone = 'verdict' in ruling ? ruling.verdict : null
      redecisions.push({ attempt: event.attempt, recorded: event.verdict, redone })
    }
    foldEvent(state, event)
  }
  return redecisions
}
