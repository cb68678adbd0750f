import { statSync } from 'node:fs'
import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import { AvoError } from '../errors.ts'
import { DURABLE_EVENTS, type Event, type RecordedEvent } from '../events.ts'
import type { Journal } from '../journal.ts'
import { foldEvent } from '../state/run-fold.ts'
import { type Beginning, openJournalArchive } from './journal-archive.ts'
import { type CorruptionAdvice, openJsonLines, readJsonLines } from './json-lines.ts'

/** A journal that is a file of JSON lines. */
export interface JournalFile extends Journal {
  /** What the person should know about how the file was found. */
  readonly notices: readonly string[]
  /**
   * Where it was opened for reading only: folds what its writer has appended since, and says how many events that was. Null where
   * the file has begun anew, so that it must be opened again.
   */
  readOn(): number | null
  close(): void
}

export interface JournalOptions {
  /** Leaves the file alone; `record` then throws. */
  readonly readOnly?: boolean
  readonly clock?: Clock
  /** Size at which the file is packed away and begins anew, between two attempts. */
  readonly rotateAtBytes?: number
}

/** What a clock and the time that passes may differ by between two events: more is a jump. */
const JUMP_MS = 2_000

/** Folded in a fraction of a second, however long the journal. */
const ROTATE_AT_BYTES = 8 * 1024 ** 2

/** Every kind of event, so that the compiler asks for the ones that are added. */
const EVENT_TYPES: Readonly<Record<Event['type'], true>> = {
  'run.started': true,
  'attempt.started': true,
  'attempt.taken-up': true,
  'candidate.held': true,
  'model.replied': true,
  'model.failed': true,
  'model.waiting': true,
  'model.replaced': true,
  'budget.warned': true,
  'config.changed': true,
  'tool.called': true,
  'tool.returned': true,
  'candidate.evaluated': true,
  'candidate.kept': true,
  'candidate.recalled': true,
  'solution.submitted': true,
  'attempt.stalled': true,
  'attempt.abandoned': true,
  'gate.calibrated': true,
  'gate.opened': true,
  'gate.sampled': true,
  'gate.decided': true,
  'version.committed': true,
  'version.remeasured': true,
  'lineage.rebuilt': true,
  'lineage.foreign': true,
  'workspace.changed': true,
  'candidate.rejected': true,
  'candidate.set-aside': true,
  'lineage.compared': true,
  'supervisor.intervened': true,
  'direction.chosen': true,
  'knowledge.changed': true,
  'steering.received': true,
  'run.paused': true,
  'run.resumed': true,
  'note.taken': true,
  'lesson.learnt': true,
  'insights.drawn': true,
  'conversation.compacted': true,
  'hook.ran': true,
  'notice.given': true,
  'journal.rotated': true,
  'run.ended': true,
}

const ADVICE: CorruptionAdvice = {
  code: 'journal',
  hint: 'Mend or delete that line. To begin a new journal, move the file away, and the directory events beside it where there is one: the versions are in the lineage.',
}

/**
 * Opens the journal and folds what it has. A last line that was torn by a crash is dropped, with a notice; any other line
 * that can't be understood is an `AvoError` (`journal`) naming file and line.
 */
export async function openJournal(file: string, options: JournalOptions = {}): Promise<JournalFile> {
  const { readOnly = false, clock = SYSTEM_CLOCK, rotateAtBytes = ROTATE_AT_BYTES } = options
  let recordedMs = clock.steadyMs()
  const inode = inodeOf(file)
  const listeners = new Set<(event: RecordedEvent, state: Journal['state']) => void>()
  const archive = openJournalArchive(
    file,
    (state, line) => foldEvent(state, requireEvent(JSON.parse(line))),
    readOnly,
  )

  let begun: Beginning | null = null
  const extent = readJsonLines(file, ADVICE, (value) => {
    const event = requireEvent(value)
    begun ??= archive.begin(event.type === 'journal.rotated' ? event.segments : 0)
    if (!begun.isPacked) foldEvent(begun.state, event)
  })
  const { state, isPacked }: Beginning = begun ?? archive.begin(null)
  let writer = readOnly ? null : openJsonLines(file, extent)
  let { wholeBytes } = extent
  let rotateAt = rotateAtBytes
  if (isPacked) rotate()
  const notices =
    extent.tornBytes > 0
      ? [`The last line of ${file} was cut off in the middle (${extent.tornBytes} bytes); it was dropped.`]
      : []

  /** A clock that is set back does not turn the journal's time back, and one that jumps does not count as time spent. */
  function timestamp({ type }: Event): Pick<RecordedEvent, 'at' | 'elapsedMs'> {
    const { lastEventAt } = state
    const said = new Date(clock.now()).toISOString()
    const at = lastEventAt !== null && said < lastEventAt ? lastEventAt : said
    const passedMs = Math.round(clock.steadyMs() - recordedMs)
    recordedMs = clock.steadyMs()
    const clockMs = Date.parse(at) - Date.parse(lastEventAt ?? at)
    const isJump = type !== 'run.started' && Math.abs(clockMs - passedMs) > JUMP_MS
    return isJump ? { at, elapsedMs: passedMs } : { at }
  }

  /** Packs the file away and goes on in a new one. Where that can't be done, it is tried again when the file has grown further. */
  function rotate(): void {
    if (writer === null) return
    // No time passes: the state stays what it is.
    const at = state.lastEventAt ?? new Date(clock.now()).toISOString()
    try {
      archive.rotate(state, (segments) => `${JSON.stringify({ at, type: 'journal.rotated', segments })}\n`)
    } catch {
      // Nothing is lost: what was packed is still in the file as well.
    }
    writer.close()
    writer = openJsonLines(file, { wholeBytes: statSync(file).size, tornBytes: 0 })
    rotateAt = writer.bytes + rotateAtBytes
  }

  return {
    state,
    notices,
    record(event) {
      if (writer === null) throw new AvoError('journal', `${file} was opened for reading only`)
      const recorded: RecordedEvent = { ...timestamp(event), ...event }
      writer.append(recorded, DURABLE_EVENTS.has(event.type))
      foldEvent(state, recorded)
      for (const listener of listeners) tell(listener, recorded)
      if (writer.bytes >= rotateAt && state.attempt === null) rotate()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    readOn() {
      if (!readOnly || inodeOf(file) !== inode) return null
      let events = 0
      const read = readJsonLines(file, ADVICE, take, wholeBytes)
      wholeBytes = read.wholeBytes
      return events

      function take(value: unknown): void {
        foldEvent(state, requireEvent(value))
        events += 1
      }
    },
    close: () => writer?.close(),
  }

  /** A listener watches the run and can't stop it: what it throws, at once or later, is dropped. */
  function tell(
    listener: (event: RecordedEvent, state: Journal['state']) => unknown,
    event: RecordedEvent,
  ): void {
    try {
      const result = listener(event, state)
      if (result instanceof Promise) result.catch(() => undefined)
    } catch {
      // The listener's own affair.
    }
  }
}

/** What tells a file from one that has taken its place; null where there is none. */
function inodeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? null
}

/** Checks what every reader relies on; a journal of a week is opened in a moment because no more is checked. */
export function requireEvent(value: unknown): RecordedEvent {
  if (isRecordedEvent(value)) return value
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  throw new Error(
    typeof type === 'string' && !Object.hasOwn(EVENT_TYPES, type)
      ? `there is no event '${type}' (was it written by a newer avo?)`
      : 'it is not an event with a type and a date',
  )
}

function isRecordedEvent(value: unknown): value is RecordedEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    Object.hasOwn(EVENT_TYPES, value.type) &&
    'at' in value &&
    typeof value.at === 'string' &&
    !Number.isNaN(Date.parse(value.at))
  )
}
