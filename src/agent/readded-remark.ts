import type { AttemptRecord } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import { type Candidates, startOf, type Workspace } from '../lineage.ts'
import { findReadded, readLineChanges } from './readded-lines.ts'

/** Attempts that are looked back on when a session first asks: each takes a diff. */
const LOOK_BACK = 100
/** Lines that are remembered, the newest. */
const MAX_LINES = 20_000
/** Lines that are shown. */
const EXAMPLES = 3

/**
 * Says in a sentence that a change brings back, mostly, lines that an accepted version took out of the solution or that went
 * with an attempt that came to nothing; empty where it does not. What an attempt took out is read once in a session.
 */
export function createReaddedRemark(
  workspace: Pick<Workspace, 'diff'>,
  candidates: Pick<Candidates, 'readEvaluated'>,
  state: RunState,
): (from: string, to: string) => Promise<string> {
  const takenOut = new Map<string, number>()
  let read: number | null = null

  return async (from, to) => {
    const start = read ?? Math.max(0, state.ledger.length - LOOK_BACK)
    read = state.ledger.length
    for (const record of state.ledger.slice(start, read)) await take(record)
    const { added } = readLineChanges(await workspace.diff(from, to))
    const readded = findReadded(added, takenOut)
    if (readded === null) return ''
    const { attempt, lines } = readded
    const record = state.ledger.find(({ number }) => number === attempt)
    const how =
      record?.outcome === 'accepted'
        ? `attempt ${attempt}, ${record.reason}, took most of them out`
        : `most of them went with attempt ${attempt}: ${record?.reason ?? record?.outcome}`
    return `${lines.length} of the ${readded.added} lines that you add were there before and were given up: ${how}. read_attempt ${attempt} shows it. For example:\n${lines.slice(0, EXAMPLES).join('\n')}`
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
    for (const line of outcome === 'accepted' ? removed : added) {
      takenOut.delete(line)
      takenOut.set(line, number)
    }
    if (outcome === 'accepted') for (const line of added) takenOut.delete(line)
    for (const oldest of takenOut.keys())
      if (takenOut.size > MAX_LINES) takenOut.delete(oldest)
      else break
  }
}
