import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SYSTEM_CLOCK } from '../../src/clock.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Event, RecordedEvent } from '../../src/events.ts'
import { openLineage } from '../../src/running/adapters.ts'
import { openJournal } from '../../src/storage/journal-file.ts'
import { toRunDirectory } from '../../src/storage/run-directory.ts'
import { playLongRun } from './long-run.ts'

/** Attempts that are really played; the last twenty are what the others are made from. */
const PLAYED = 40
const PATTERNS = 20
/** An accepted version in each so many attempts. */
const VERSION_EVERY = 100
/** So that 10,000 take a week. */
const ATTEMPT_MS = 60_000

/**
 * A run of so many attempts with a noisy scorer, as it lies on the disk: the first ones are played, the others written by the
 * journal's own writer, event by event, with real versions in the lineage and a ref for every attempt.
 */
export async function writeLongHistory(directory: string, attempts: number): Promise<void> {
  await playLongRun(directory, { attempts: PLAYED, isNoisy: true })
  const config = await readConfig(directory)
  const { events } = toRunDirectory(config.recordsDirectory)
  const patterns = readPatterns(events)
  const lineage = await openLineage(config)
  const head = lineage.versions.at(-1)
  if (head === undefined) throw new Error('the run that was played has no version')

  let at = Date.now()
  const journal = await openJournal(events, { clock: { ...SYSTEM_CLOCK, now: () => at, steadyMs: () => at } })
  try {
    for (let attempt = PLAYED + 1; attempt <= attempts; attempt++) {
      at += ATTEMPT_MS
      for (const event of pick(patterns, attempt)) {
        if (event.type !== 'version.committed') journal.record(event)
        else {
          const { number, commit, committedAt, tree, summary, ...record } = event.version
          const version = await lineage.commit({ tree, summary }, record)
          journal.record({ type: 'version.committed', version })
        }
      }
    }
  } finally {
    journal.close()
  }
  const refs = Array.from(
    { length: attempts },
    (_, index) => `update refs/avo/attempts/${index + 1} ${head.commit}\n`,
  )
  execFileSync('git', ['-C', lineage.directory, 'update-ref', '--stdin'], { input: refs.join('') })
}

/** Attempts as they were recorded: accepted ones, and others. */
interface Patterns {
  readonly accepted: readonly (readonly Event[])[]
  readonly others: readonly (readonly Event[])[]
}

function readPatterns(file: string): Patterns {
  const events = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): RecordedEvent => JSON.parse(line))
  const groups = Object.values(Object.groupBy(events.filter(isOfPattern), attemptOf)).slice(-PATTERNS)
  const attempts = groups.map((group = []) => group.map(({ at, ...event }): Event => event))
  const isAccepted = (group: readonly Event[]): boolean =>
    group.some(({ type }) => type === 'version.committed')
  return {
    accepted: attempts.filter(isAccepted),
    others: attempts.filter((group) => !isAccepted(group)),
  }
}

/** The events of an attempt like one that was played, with a solution of its own. */
function pick({ accepted, others }: Patterns, attempt: number): readonly Event[] {
  const kind = attempt % VERSION_EVERY === 0 ? accepted : others
  const pattern = kind[attempt % kind.length] ?? []
  const tree = randomBytes(20).toString('hex')
  return pattern.map((event): Event => {
    if (event.type === 'version.committed') return { ...event, version: { ...event.version, attempt } }
    if (event.type === 'solution.submitted')
      return { ...event, attempt, solution: { ...event.solution, tree } }
    return 'attempt' in event ? { ...event, attempt } : event
  })
}

function isOfPattern(event: Event): boolean {
  return attemptOf(event) > PLAYED - PATTERNS
}

function attemptOf(event: Event): number {
  if (event.type === 'version.committed') return event.version.attempt
  return 'attempt' in event ? event.attempt : 0
}
