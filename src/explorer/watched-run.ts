import { type KnowledgeList, listKnowledge } from '../commands/inspect.ts'
import type { Config } from '../config/config.ts'
import { toMessage } from '../errors.ts'
import type { RecordedEvent } from '../events.ts'
import type { RunState } from '../journal.ts'
import { foldEvent } from '../state/run-fold.ts'
import { createRunFold } from '../state/run-start.ts'
import { type EventPlace, JournalReplaced, openJournalReader } from '../storage/journal-reader.ts'
import { readLockHolder } from '../storage/lock.ts'
import { toRunDirectory } from '../storage/run-directory.ts'
import { createAttemptRows, foldAttempt } from './attempt-rows.ts'
import { packAttempts, type RunPatch } from './run-patch.ts'
import { toEnvironment, toFacts, toKnowledge, toStatus, toSupervision } from './run-sections.ts'
import { toSummary } from './run-summary.ts'
import type { EnvironmentView, RunSummary, RunView, Supervision } from './run-view.ts'
import { createVersionMoments, foldVersionMoment, toVersionRows } from './version-rows.ts'

/** A run that is read while it goes on, whoever writes it. */
export interface WatchedRun {
  readonly id: string
  readonly config: Config
  readonly state: RunState
  readonly view: RunView
  readonly summary: RunSummary
  /** Whether its records are no longer those that were read: it must be opened again. */
  readonly isBegunAnew: boolean
  /** Reads what was written since the last call, and gives what has changed of the view; null where nothing has. */
  refresh(): Promise<RunPatch | null>
  /** The events of an attempt; none where the journal has none of it. */
  readAttempt(number: number): readonly RecordedEvent[]
}

type Section = keyof RunPatch['sections']

/** What changes by an event besides the status. */
const SECTIONS: Partial<Readonly<Record<RecordedEvent['type'], readonly Section[]>>> = {
  'run.started': ['facts', 'environment'],
  'version.committed': ['facts', 'supervision', 'knowledge', 'environment'],
  'version.remeasured': ['facts', 'environment'],
  'lineage.rebuilt': ['facts', 'supervision', 'knowledge', 'environment'],
  'supervisor.intervened': ['supervision'],
  'direction.chosen': ['supervision'],
  'candidate.rejected': ['supervision'],
  'candidate.set-aside': ['supervision'],
  'attempt.abandoned': ['supervision'],
  'knowledge.changed': ['knowledge'],
  'lesson.learnt': ['knowledge'],
  'gate.calibrated': ['environment'],
  'notice.given': ['environment'],
}
const VERSION_EVENTS: ReadonlySet<RecordedEvent['type']> = new Set([
  'version.committed',
  'version.remeasured',
  'lineage.rebuilt',
])
const MAX_NOTICES = 50
/** While nothing happens, the clock of a run goes on. */
const STATUS_EVERY_MS = 10_000

/**
 * Opens a run for reading. One that was never started, or whose records come later, is an empty view until then.
 *
 * @param canAct whether the page may steer, pause and stop it
 */
export async function watchRun(config: Config, id: string, canAct: boolean): Promise<WatchedRun> {
  const { events: file, lock } = toRunDirectory(config.recordsDirectory)
  const state = createRunFold()
  const reader = openJournalReader(file)
  const attempts = createAttemptRows()
  const moments = createVersionMoments()
  const places = new Map<number, EventPlace[]>()
  const weights: Supervision['weights'][number][] = []
  const sessions: EnvironmentView['sessions'][number][] = []
  const notices: EnvironmentView['notices'][number][] = []
  let calibratedAt = ''
  let documents = await listDocuments(config)
  let areDocumentsOld = false
  let problem: string | null = null
  let isBegunAnew = false
  const dirty = new Set<Section>()
  let versionsFrom = 0

  function take(event: RecordedEvent, place: EventPlace): void {
    foldEvent(state, event)
    foldAttempt(attempts, event, state)
    foldVersionMoment(moments, event, state)
    rememberPlace(event, place)
    hear(event)
    for (const section of SECTIONS[event.type] ?? []) dirty.add(section)
    if (event.type === 'tool.returned' && event.shown !== undefined) dirty.add('knowledge')
    if (event.type === 'knowledge.changed' || event.type === 'lesson.learnt') areDocumentsOld = true
    if (VERSION_EVENTS.has(event.type))
      versionsFrom = Math.min(versionsFrom, event.type === 'version.committed' ? event.version.number : 0)
  }

  /** Events of an attempt follow one another, but for a rotation between two sessions: mostly one stretch. */
  function rememberPlace(event: RecordedEvent, place: EventPlace): void {
    const number = attemptOf(event, state)
    if (number === null) return
    const known = places.get(number) ?? []
    const last = known.at(-1)
    if (last?.segment === place.segment) known[known.length - 1] = { ...last, to: place.to }
    else known.push(place)
    places.set(number, known)
  }

  function hear(event: RecordedEvent): void {
    const { at } = event
    if (event.type === 'run.started') {
      const { provider, model, sandbox, scorer } = event
      sessions.push({ at, provider, model, sandbox, scorer })
    }
    if (event.type === 'direction.chosen') {
      const { direction, weights: now } = event
      weights.push({ attempt: (state.ledger.at(-1)?.number ?? 0) + 1, direction, weights: now })
    }
    if (event.type === 'gate.calibrated') calibratedAt = at
    if (event.type === 'notice.given' && event.level === 'warning') {
      notices.push({ at, text: event.text })
      if (notices.length > MAX_NOTICES) notices.shift()
    }
  }

  function read(): number {
    try {
      const count = reader.read(take)
      problem = null
      return count
    } catch (error) {
      isBegunAnew = error instanceof JournalReplaced
      const message = toMessage(error)
      const isNews = message !== problem
      problem = message
      return isNews ? 1 : 0
    }
  }

  read()
  let pid = readLockHolder(lock)
  let view: RunView = {
    id,
    facts: toFacts(config, state, canAct),
    status: toStatus(config, state, { pid, problem, now: Date.now() }),
    supervision: toSupervision(state, weights),
    knowledge: toKnowledge(state, documents),
    environment: toEnvironment(config, state, { sessions, notices, calibratedAt }),
    versions: toVersionRows(state, moments),
    attempts: attempts.rows,
  }
  settle()

  function settle(): void {
    dirty.clear()
    attempts.changedFrom = attempts.rows.length
    versionsFrom = state.versions.length
  }

  function section(name: Section): RunPatch['sections'] {
    if (name === 'facts') return { facts: toFacts(config, state, canAct) }
    if (name === 'supervision') return { supervision: toSupervision(state, [...weights]) }
    if (name === 'environment')
      return {
        environment: toEnvironment(config, state, {
          sessions: [...sessions],
          notices: [...notices],
          calibratedAt,
        }),
      }
    if (name === 'status') return { status: toStatus(config, state, { pid, problem, now: Date.now() }) }
    return { knowledge: toKnowledge(state, documents) }
  }

  return {
    id,
    config,
    state,
    get view() {
      return view
    },
    get summary() {
      return toSummary(view)
    },
    get isBegunAnew() {
      return isBegunAnew
    },
    async refresh() {
      const holder = readLockHolder(lock)
      const isStale = view.status.phase === 'running' && Date.now() - view.status.asOfMs > STATUS_EVERY_MS
      if (read() === 0 && holder === pid && !isStale) return null
      pid = holder
      if (areDocumentsOld) documents = await listDocuments(config)
      areDocumentsOld = false
      let sections: RunPatch['sections'] = {}
      for (const name of [...dirty, 'status'] as const) sections = { ...sections, ...section(name) }
      const rows = toVersionRows(state, moments)
      const { changedFrom } = attempts
      const patch: RunPatch = {
        sections,
        ...(versionsFrom < rows.length
          ? { versions: { from: versionsFrom, rows: rows.slice(versionsFrom) } }
          : {}),
        ...(changedFrom < attempts.rows.length
          ? { attempts: { from: changedFrom, columns: packAttempts(attempts.rows.slice(changedFrom)) } }
          : {}),
      }
      view = { ...view, ...sections, versions: rows, attempts: attempts.rows }
      settle()
      return patch
    },
    readAttempt: (number) =>
      (places.get(number) ?? [])
        .flatMap((place) => reader.reread(place))
        .filter((event) => !('attempt' in event) || event.attempt === number),
  }
}

/** The attempt that an event is of: its own, or the one that is open. */
function attemptOf(event: RecordedEvent, state: RunState): number | null {
  if (event.type === 'version.committed') return event.version.attempt === 0 ? null : event.version.attempt
  if (event.type === 'lesson.learnt') return event.lesson.attempt
  if ('attempt' in event && event.attempt > 0) return event.attempt
  return state.attempt?.number ?? null
}

/** None where they can't be listed: a run is worth looking at without. */
function listDocuments(config: Config): Promise<KnowledgeList> {
  return listKnowledge(config).catch(() => ({ documents: [], unreadable: [] }))
}
