import type { NotBetter } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import type { Version, Workspace } from '../lineage.ts'
import { readCodeId } from './code-id.ts'

/**
 * The verdict that stands for a solution with this code: it is that of the best version or the seed, or of a solution that was decided
 * before with the scorer in use. Null for code that is new. Whoever could have the same code measured again until the noise is
 * kind would be fishing.
 */
export async function findEarlierVerdict(
  codeId: string,
  best: Version,
  state: RunState,
  workspace: Pick<Workspace, 'diff' | 'readFile'>,
): Promise<NotBetter | null> {
  const seed = state.versions[0] ?? best
  for (const version of [best, seed])
    if (codeId === (await readCodeId(workspace, seed.tree, version.tree)))
      return stand(`the same code as v${version.number}, but for comments and white space`)
  const earlier = state.ledger
    .slice(state.segmentStart)
    .find((record) => record.codeId === codeId && record.outcome !== 'indecisive')
  if (earlier === undefined) return null
  return stand(
    `the same code as in attempt ${earlier.number}, but for comments and white space; its verdict stands: ${earlier.reason}`,
  )
}

function stand(reason: string): NotBetter {
  return { outcome: 'not-better', reason, score: null, gain: null }
}
