import type { Event, RecordedEvent } from '../src/events.ts'
import type { Journal } from '../src/journal.ts'
import { foldEvent } from '../src/run-fold.ts'
import { createRunFold } from '../src/run-start.ts'

/** The real fold over events that are kept in memory. */
export function memoryJournal(): Journal & { readonly events: readonly RecordedEvent[] } {
  const state = createRunFold()
  const events: RecordedEvent[] = []
  return {
    state,
    events,
    record(event: Event) {
      const recorded = { ...event, at: new Date().toISOString() }
      foldEvent(state, recorded)
      events.push(recorded)
    },
    subscribe: () => () => undefined,
  }
}
