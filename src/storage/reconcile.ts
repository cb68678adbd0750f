import { AvoError } from '../errors.ts'
import type { Journal } from '../journal.ts'
import type { Lineage } from '../lineage.ts'

/**
 * Brings journal and lineage together when a run is opened. The lineage is the truth about versions: those that a crash
 * kept out of the journal are recorded now. A journal that knows versions which the lineage doesn't have is an `AvoError`.
 */
export function reconcile(journal: Journal, lineage: Pick<Lineage, 'versions'>): void {
  const recorded = journal.state.versions
  for (const [index, { number, commit }] of recorded.entries()) {
    const version = lineage.versions[index]
    if (version?.number === number && version.commit === commit) continue
    const found = version === undefined ? 'no such version' : `v${version.number} ${version.commit}`
    throw new AvoError(
      'storage',
      `the journal has v${number} ${commit}, the lineage has ${found}`,
      `If the workspace's branch was moved back, \`git reset --soft ${recorded.at(-1)?.commit}\` in the workspace takes it to where the run was. To go on from the lineage as it is, move events.jsonl away: a new journal begins.`,
    )
  }
  for (const version of lineage.versions.slice(recorded.length)) {
    journal.record({ type: 'version.committed', version })
  }
}
