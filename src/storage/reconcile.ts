import type { AttemptRecord } from '../attempt.ts'
import { AvoError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { Version } from '../lineage.ts'
import { renderPercent } from '../text.ts'
import type { KeptAttempt, StoredLineage } from './stored-lineage.ts'

/**
 * Brings journal and lineage together when a run is opened. The lineage is the truth about versions: those that a crash
 * kept out of the journal are recorded now, and where the journal is lost, attempts and costs come from there too. A journal
 * that knows versions which the lineage doesn't have is an `AvoError`.
 */
export async function reconcile(
  journal: Journal,
  lineage: Pick<StoredLineage, 'versions' | 'readAttempts' | 'readEvaluations'>,
): Promise<void> {
  const { state } = journal
  requireRecorded(state.versions, lineage.versions)
  const isEmpty = state.versions.length === 0
  for (const version of lineage.versions.slice(state.versions.length))
    journal.record({
      type: 'version.committed',
      version: withVerdict(withDigits(version, state.versions.at(-1)), journal),
    })
  if (!isEmpty) return
  const left = { submitted: await lineage.readAttempts(), evaluated: await lineage.readEvaluations() }
  // A crash after the very first commit leaves no more than the seed behind, which is nothing to rebuild.
  const isNew = left.submitted.length === 0 && left.evaluated.size === 0 && lineage.versions.length <= 1
  if (!isNew) rebuild(journal, lineage.versions, left)
}

function requireRecorded(recorded: readonly Version[], versions: readonly Version[]): void {
  for (const [index, { number, commit }] of recorded.entries()) {
    const version = versions[index]
    if (version?.number === number && version.commit === commit) continue
    const found = version === undefined ? 'no such version' : `v${version.number} ${version.commit}`
    throw new AvoError(
      'storage',
      `the journal has v${number} ${commit}, the lineage has ${found}`,
      `If the workspace's branch was moved back, \`git reset --soft ${recorded.at(-1)?.commit}\` in the workspace takes it to where the run was. To go on from the lineage as it is, move events.jsonl away: a new journal begins.`,
    )
  }
}

/** A commit's message keeps what is shown; the verdict that it was made from has every digit. */
function withVerdict(version: Version, { state }: Journal): Version {
  const { number, verdict, solution } = state.attempt ?? {}
  if (number !== version.attempt || verdict?.outcome !== 'better' || solution?.tree !== version.tree)
    return version
  const { score, gain, evidence } = verdict
  return { ...version, ...solution, score, gain, evidence, costUsd: costOf(version, state) }
}

/** Where nothing is noise, the scores of a message have the digits that its gain is shown without. */
function withDigits(version: Version, before: Version | undefined): Version {
  const { score, gain, evidence, scorer } = version
  if (before === undefined || evidence?.interval !== null || scorer !== before.scorer) return version
  const ratio = score.value / before.score.value
  const isShown = (exact: number): boolean => renderPercent(exact) === renderPercent(gain)
  return { ...version, gain: [ratio - 1, 1 / ratio - 1].find(isShown) ?? gain }
}

function costOf({ costUsd }: Version, { costSinceVersionUsd }: Journal['state']): number | null {
  return costUsd === null ? null : costSinceVersionUsd
}

/** What attempts have left in the lineage. */
interface Left {
  readonly submitted: readonly KeptAttempt[]
  /** Number of the last candidate of each. */
  readonly evaluated: ReadonlyMap<number, number>
}

function rebuild(journal: Journal, versions: readonly Version[], { submitted, evaluated }: Left): void {
  const last = versions.at(-1)?.attempt ?? 0
  const costSinceVersionUsd = submitted.findLast(({ attempt }) => attempt > last)?.costUsd ?? 0
  const costUsd = versions.reduce<number | null>(
    (sum, version) => (sum === null || version.costUsd === null ? null : sum + version.costUsd),
    costSinceVersionUsd,
  )
  const records = new Map(journal.state.ledger.map((record) => [record.number, record]))
  for (const { attempt: number, tree, summary } of submitted)
    if (!records.has(number)) records.set(number, { ...undecided(number), solution: { tree, summary } })
  // Also of attempts that submitted nothing: the next one must not write over what they have left.
  for (const [number, kept] of evaluated)
    records.set(number, { ...(records.get(number) ?? undecided(number)), kept })
  const attempts = [...records.values()].toSorted((a, b) => a.number - b.number)
  journal.record({
    type: 'lineage.rebuilt',
    versions: versions.length,
    attempts,
    costUsd,
    costSinceVersionUsd,
  })
}

/** Whatever its verdict was: the same files may be submitted again. */
function undecided(number: number): AttemptRecord {
  return { number, outcome: 'indecisive', reason: 'what became of it was lost with the journal' }
}
