import type { AttemptRecord } from '../attempt.ts'
import { createRandom } from '../gate/random.ts'
import type { RunState } from '../journal.ts'
import { USUAL_GAIN } from '../supervision/bandit.ts'

/** Who chooses the past attempts that a briefing shows. */
export const POLICIES = ['ucb1', 'greedy', 'recent', 'random'] as const

/** Which past attempts a briefing shows, and how many. */
export interface InspirationSettings {
  readonly policy: (typeof POLICIES)[number]
  readonly count: number
}

/** What UCB1 knows of an attempt. */
export interface Arm {
  readonly number: number
  /** What it was worth, from 0 to 1. */
  readonly value: number
  /** How often it was looked at, its making included. */
  readonly visits: number
}

/** Gains, in standard deviations of a round's noise, between which attempts differ in value; a failure is worth the least. */
const FAILURE = -1
const GREAT = 3
/** How much an attempt that was hardly looked at is preferred: as much as a z of 2 between the first look and the second. */
const EXPLORATION = 0.5

/**
 * Numbers of the past attempts to be shown next, the first choice first: attempts that left files behind, under the scorer in
 * use, each code once. The best version and the last attempt are left out: a briefing shows them anyway. The same state
 * gives the same choice.
 */
export function chooseInspirations(
  {
    ledger,
    segmentStart,
    versions,
    visits,
  }: Pick<RunState, 'ledger' | 'segmentStart' | 'versions' | 'visits'>,
  { policy, count }: InspirationSettings,
): readonly number[] {
  const best = versions.at(-1)?.attempt
  const records = ledger
    .slice(segmentStart, -1)
    .filter((record) => record.number !== best && leftFiles(record))
  const arms = withoutCopies(records).map((record) => ({
    number: record.number,
    value: worthOf(record),
    visits: 1 + (visits[record.number] ?? 0),
  }))
  return rank(arms, policy, ledger.length)
    .slice(0, count)
    .map(({ number }) => number)
}

/** UCB1 (Auer et al. 2002): the value, and the more on top the less an attempt was looked at among all looks. */
export function upperConfidence({ value, visits }: Arm, allVisits: number): number {
  return value + EXPLORATION * Math.sqrt(Math.log(allVisits) / visits)
}

/** The gain in noise units, as far as it distinguishes attempts; where there is no noise, or nobody knows it, in the usual ones. */
function worthOf({ gain, z }: AttemptRecord): number {
  const units = z ?? (typeof gain === 'number' ? gain / USUAL_GAIN : FAILURE)
  return (Math.min(GREAT, Math.max(FAILURE, units)) - FAILURE) / (GREAT - FAILURE)
}

/** The first choice first; of equals the newer one. */
function rank(arms: readonly Arm[], policy: InspirationSettings['policy'], seed: number): readonly Arm[] {
  const newest = arms.toReversed()
  if (policy === 'recent') return newest
  const random = createRandom(seed)
  const allVisits = arms.reduce((sum, { visits }) => sum + visits, 0)
  const keyOf = {
    ucb1: (arm: Arm) => upperConfidence(arm, allVisits),
    greedy: ({ value }: Arm) => value,
    random,
  }
  return newest
    .map((arm) => ({ arm, key: keyOf[policy](arm) }))
    .sort((a, b) => b.key - a.key)
    .map(({ arm }) => arm)
}

function leftFiles({ solution, kept }: AttemptRecord): boolean {
  return solution !== undefined || kept !== undefined
}

/** Of attempts with the same code, the first. */
function withoutCopies(records: readonly AttemptRecord[]): readonly AttemptRecord[] {
  const first = new Map(
    records.map((record) => [record.codeId ?? record.number, record] as const).toReversed(),
  )
  return records.filter((record) => first.get(record.codeId ?? record.number) === record)
}
