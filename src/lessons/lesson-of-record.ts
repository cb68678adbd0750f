import type { AttemptRecord } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import type { AttemptLesson, LessonOutcome } from '../lesson.ts'
import { baseOf, multiplyGains, type Version } from '../lineage.ts'
import type { Interval } from '../measurement.ts'
import { type CorrectScore, type Direction, gainOver, scoreOf } from '../score.ts'
import { cutMiddle, firstLine, renderGain, renderPercent } from '../text.ts'
import { kindOf } from './change-kind.ts'

/** What the record has about one attempt that was decided. */
export interface Witness {
  readonly record: AttemptRecord
  /** The best version when it was made. */
  readonly base: Version | null
  /** The earlier version that it began from, where it did not begin from the best, and the best one's gain over that. */
  readonly start: { readonly version: Version; readonly gainSince: number } | null
  /** What it became, if anything. */
  readonly version: Version | null
  /** Both scores of the verdict; null where one of the two is missing. */
  readonly scores: { readonly candidate: CorrectScore; readonly reference: CorrectScore } | null
  /** Whether it was found to be incorrect. */
  readonly isIncorrect: boolean
  /** Whether nothing was measured, because the same code had its verdict. Known of the last one only. */
  readonly isKnown: boolean
  /** What the agent noted down in it. */
  readonly notes: readonly string[]
}

const MAX_TRIED = 200
const MAX_HAPPENED = 400
const MAX_WHY = 400
/** Change on one configuration that is worth a word where there is no noise. */
const NOTABLE = 0.01

/** Gathers what the state has about an attempt of its ledger. The verdict's scores are known of the last one only. */
export function toWitness(state: RunState, record: AttemptRecord): Witness {
  const { number, outcome, gain } = record
  const base = baseOf(number, state.versions) ?? null
  const isLast = record === state.ledger.at(-1)
  const verdict = isLast && state.lastVerdict?.outcome === 'not-better' ? state.lastVerdict : null
  const reference = verdict?.reference ?? base?.score
  return {
    record,
    base,
    start: findStart(state, record, base),
    version: state.versions.find(({ attempt }) => attempt === number) ?? null,
    scores:
      verdict?.score?.correct && reference !== undefined ? { candidate: verdict.score, reference } : null,
    isIncorrect:
      outcome === 'rejected' && (isLast ? verdict?.score?.correct === false : typeof gain !== 'number'),
    isKnown: verdict?.score === null,
    notes: state.notes.filter(({ attempt }) => attempt === number).map(({ text }) => text),
  }
}

function findStart(
  { versions }: RunState,
  { base: number }: AttemptRecord,
  best: Version | null,
): Witness['start'] {
  const version = versions[number ?? -1]
  if (version === undefined || best === null) return null
  return { version, gainSince: multiplyGains(versions.slice(version.number + 1, best.number + 1)) }
}

/** The lesson of an attempt from its record and the agent's own notes alone; null where nobody said what was tried, or it was known and nobody noted anything. */
export function toLesson(witness: Witness, direction: Direction): AttemptLesson | null {
  const { record, notes } = witness
  const tried = firstLine(record.solution?.summary ?? notes[0] ?? '', MAX_TRIED)
  if (tried === '' || (witness.isKnown && notes.length === 0)) return null
  return {
    attempt: record.number,
    kind: kindOf([record.solution?.summary ?? '', ...notes].join('\n')),
    outcome: outcomeOf(witness),
    tried,
    happened: describeHappened(witness),
    // A note that stands for what was tried is not told twice.
    why: cutMiddle(
      notes.filter((note) => note.trim() !== tried).join(' ') || restOf(record.solution?.summary ?? ''),
      MAX_WHY,
    ),
    unless: describeUnless(witness, direction),
    ...(witness.start === null ? {} : { base: witness.start.version.number }),
  }
}

function outcomeOf({ record, isIncorrect }: Witness): LessonOutcome {
  if (record.outcome === 'accepted') return 'gain'
  if (record.outcome === 'abandoned') return 'unfinished'
  return isIncorrect ? 'incorrect' : 'no-gain'
}

function describeHappened({ record, version, base }: Witness): string {
  if (version === null || base === null) return cutMiddle(record.reason, MAX_HAPPENED)
  const { number, gain, evidence } = version
  const proof = evidence?.unconfirmed ? ', unconfirmed' : ''
  return `v${number}: ${renderGain(gain, evidence?.interval ?? null)} over v${base.number}${proof}`
}

/** Nothing where the figures show nothing. */
function describeUnless(witness: Witness, direction: Direction): string {
  const { record, start, version, scores } = witness
  switch (outcomeOf(witness)) {
    case 'gain': {
      const worst = version?.evidence?.worst
      const count = version?.score.scores.length ?? 0
      if (worst === undefined || worst.change > -notable(version?.evidence?.interval, count)) return ''
      return `Where ${worst.configuration} counts most: there it brought ${renderPercent(worst.change)}.`
    }
    case 'no-gain': {
      const best = scores === null ? null : findBestChange(scores, direction)
      const isNotable =
        best !== null && best.change >= notable(record.interval, scores?.candidate.scores.length ?? 0)
      return [
        ...(isNotable
          ? [`On ${best.configuration} alone: there it brought ${renderPercent(best.change)}.`]
          : []),
        ...(start === null ? [] : [describeStart(witness, start)]),
      ].join(' ')
    }
    case 'incorrect':
      return 'Once it is correct: how fast it would be was not measured.'
    case 'unfinished':
      return ''
  }
}

/**
 * Change on one configuration that is worth a word: more than the noise of it. The mean over several is quieter than each of
 * them by the root of how many there are.
 */
function notable(interval: Interval | null | undefined, configurations: number): number {
  if (!interval) return NOTABLE
  return Math.max(NOTABLE, ((interval.high - interval.low) / 2) * Math.sqrt(configurations))
}

/** What was tried on an earlier version was held against all that came since: over where it began it may well have gained. */
function describeStart(
  { base, record: { gain } }: Witness,
  { version, gainSince }: NonNullable<Witness['start']>,
): string {
  const best = `v${base?.number}`
  if (typeof gain !== 'number') return `On top of ${best}: it began from v${version.number}.`
  const change = (1 + gain) * (1 + gainSince) - 1
  return change >= NOTABLE
    ? `Brought onto ${best}: it began from v${version.number}, over which it is about ${renderPercent(change)}.`
    : `On top of ${best}, perhaps: it began from v${version.number}, over which it is about ${renderPercent(change)}, too.`
}

/** Never one that is hidden from the agent. */
function findBestChange(
  { candidate, reference }: NonNullable<Witness['scores']>,
  direction: Direction,
): { readonly configuration: string; readonly change: number } | null {
  const changes = candidate.scores.flatMap(({ configuration, value }) => {
    const before = scoreOf(reference, configuration)
    return before === undefined ? [] : [{ configuration, change: gainOver(value, before, direction) }]
  })
  return changes.length < 2
    ? null
    : changes.reduce((best, change) => (change.change > best.change ? change : best))
}

/** What follows the first line. */
function restOf(summary: string): string {
  const lines = summary.trim().split('\n').slice(1)
  return lines.join(' ').replaceAll(/\s+/g, ' ').trim()
}
