import type { AttemptRecord } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import { type Candidates, startOf, type Workspace } from '../lineage.ts'
import { startingPoint } from '../state/redirection.ts'
import { findReadded, type Readded, readLineChanges } from './readded-lines.ts'

/** Attempts that are looked back on when a session first asks: each takes a diff. */
const LOOK_BACK = 100
/** Lines that are remembered, the newest. */
const MAX_LINES = 20_000
/** Lines that are shown. */
const EXAMPLES = 3

/** What is said of changes that bring back lines which were given up. */
export interface ReaddedRemark {
  /**
   * Before a candidate is measured: what is to be said of one that types an idea again, told once for each candidate; null where
   * there is nothing to say, or the attempt has taken that idea up on purpose.
   */
  before(tree: string): Promise<string | null>
  /** Once it was measured: of lines from several attempts, too, unless it was told before; empty where there is nothing. */
  after(tree: string): Promise<string>
}

/**
 * Says in a sentence that a change brings back, mostly, lines that an accepted version took out of the solution or that went
 * with an attempt that came to nothing. What an attempt took out is read once in a session.
 */
export function createReaddedRemark(
  workspace: Pick<Workspace, 'diff'>,
  candidates: Pick<Candidates, 'readEvaluated'>,
  state: RunState,
): ReaddedRemark {
  const takenOut = new Map<string, number>()
  const sizes = new Map<number, number>()
  const told = new Set<string>()
  let read: number | null = null

  return {
    async before(tree) {
      const isKnown = told.has(tree) || state.evaluated.some((evaluation) => evaluation.tree === tree)
      const readded = isKnown ? null : await find(tree)
      if (readded?.isRetyped !== true || state.attempt?.takenUp?.includes(readded.attempt)) return null
      told.add(tree)
      return tell(readded)
    },
    async after(tree) {
      const readded = told.has(tree) ? null : await find(tree)
      return readded === null || state.attempt?.takenUp?.includes(readded.attempt) ? '' : tell(readded)
    },
  }

  /** From where the work began: what an earlier version still had, nobody brings back. */
  async function find(tree: string): Promise<Readded | null> {
    const start = read ?? Math.max(0, state.ledger.length - LOOK_BACK)
    read = state.ledger.length
    for (const record of state.ledger.slice(start, read)) await take(record)
    const from = startingPoint(state)
    if (from === undefined) return null
    return findReadded(readLineChanges(await workspace.diff(from.tree, tree)).added, takenOut, sizes)
  }

  function tell({ attempt, lines, added }: Readded): string {
    const record = state.ledger.find(({ number }) => number === attempt)
    const how =
      record?.outcome === 'accepted'
        ? `attempt ${attempt}, ${record.reason}, took most of them out`
        : `most of them went with attempt ${attempt}: ${record?.reason ?? record?.outcome}`
    return `${lines.length} of the ${added} lines that you add were there before and were given up: ${how}. read_attempt ${attempt} shows it. For example:\n${lines.slice(0, EXAMPLES).join('\n')}`
  }

  async function take(record: AttemptRecord): Promise<void> {
    const { number, outcome, solution, kept = 0 } = record
    const before = startOf(record, state.versions)
    const last = kept === 0 ? null : { attempt: number, evaluation: kept }
    const left = solution ?? (last && (await candidates.readEvaluated(last)))
    if (before === undefined || left === null || outcome === 'indecisive') return
    // Files that somebody removed from the lineage teach nothing, and cost nobody an evaluation.
    const diff = await workspace.diff(before.tree, left.tree).catch(() => '')
    const { added, removed } = readLineChanges(diff)
    const lost = outcome === 'accepted' ? removed : added
    sizes.set(number, lost.size)
    for (const line of lost) {
      takenOut.delete(line)
      takenOut.set(line, number)
    }
    if (outcome === 'accepted') for (const line of added) takenOut.delete(line)
    for (const oldest of takenOut.keys())
      if (takenOut.size > MAX_LINES) takenOut.delete(oldest)
      else break
  }
}
