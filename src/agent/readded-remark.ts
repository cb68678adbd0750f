import type { AttemptRecord } from '../attempt.ts'
import type { Journal } from '../journal.ts'
import { type Candidates, startOf, type Workspace } from '../lineage.ts'
import { startingPoint } from '../state/redirection.ts'
import { findReadded, type Readded, readLineChanges } from './readded-lines.ts'

/** Attempts that are looked back on when a session first asks: each takes a diff. */
const LOOK_BACK = 100
/** Lines that are remembered, the newest. */
const MAX_LINES = 20_000
/** Attempts that are remembered of each, the last ones. */
const MAX_LOSERS = 10
/** Lines that are shown. */
const EXAMPLES = 3

/** What is said of changes that bring back lines which were given up. */
export interface ReaddedRemark {
  /**
   * Before a candidate is measured: what is to be said of one that types an idea again which had its verdict, once in an attempt for
   * each idea; null where there is nothing to say. What the last attempt left in the workspace, or this one has taken up, nobody types.
   */
  before(tree: string): Promise<string | null>
  /** Once it was measured: of lines from several attempts, too, unless it was told before; empty where there is nothing. */
  after(tree: string): Promise<string>
}

/**
 * Says in a sentence that a change brings back, mostly, lines that an accepted version took out of the solution or that went
 * with an attempt that came to nothing, of the last hundred. What an attempt took out is read once in a session.
 */
export function createReaddedRemark(
  workspace: Pick<Workspace, 'diff'>,
  candidates: Pick<Candidates, 'readEvaluated'>,
  journal: Journal,
): ReaddedRemark {
  const { state } = journal
  const takenOut = new Map<string, readonly number[]>()
  const sizes = new Map<number, number>()
  let read: number | null = null
  let last: { readonly from: string; readonly to: string; readonly added: ReadonlySet<string> } | null = null

  return {
    async before(tree) {
      const isEvaluated = state.evaluated.some((evaluation) => evaluation.tree === tree)
      const readded = isEvaluated ? null : await find(tree)
      if (readded === null || !readded.isRetyped || isTold(readded) || !hasVerdict(readded)) return null
      const attempt = state.attempt?.number ?? 0
      journal.record({ type: 'candidate.held', attempt, tree, of: readded.attempt })
      return tell(readded)
    },
    async after(tree) {
      const readded = await find(tree)
      return readded === null || isTold(readded) ? '' : tell(readded)
    },
  }

  /** From where the work began: what an earlier version still had, nobody brings back. */
  async function find(tree: string): Promise<Readded | null> {
    const start = read ?? Math.max(0, state.ledger.length - LOOK_BACK)
    read = state.ledger.length
    for (const record of state.ledger.slice(start, read)) await take(record)
    const from = startingPoint(state)
    if (from === undefined) return null
    const added = await readAdded(from.tree, tree)
    const { takenUp = [] } = state.attempt ?? {}
    const typed = [...added].filter((line) => !takenOut.get(line)?.some((number) => takenUp.includes(number)))
    const readded = findReadded(new Set(typed), takenOut, sizes)
    const isRecent = state.ledger.slice(-LOOK_BACK).some(({ number }) => number === readded?.attempt)
    return isRecent ? readded : null
  }

  /** The same change is looked at before and after it is measured. */
  async function readAdded(from: string, to: string): Promise<ReadonlySet<string>> {
    if (last?.from !== from || last.to !== to)
      last = { from, to, added: readLineChanges(await workspace.diff(from, to)).added }
    return last.added
  }

  function isTold({ attempt }: Readded): boolean {
    return state.attempt?.retyped?.includes(attempt) ?? false
  }

  /** Of the present scorer, on what is not in the workspace any more. */
  function hasVerdict({ attempt }: Readded): boolean {
    const judged = state.ledger.slice(state.segmentStart, -1)
    return judged.some(({ number, outcome }) => number === attempt && outcome !== 'abandoned')
  }

  function tell({ attempt, lines, added }: Readded): string {
    const index = state.ledger.findIndex(({ number }) => number === attempt)
    const record = state.ledger[index]
    const judge = index < state.segmentStart ? ', by an earlier scorer' : ''
    const how =
      record?.outcome === 'accepted'
        ? `attempt ${attempt}, ${record.reason}, took most of them out`
        : `most of them went with attempt ${attempt}: ${record?.reason ?? record?.outcome}${judge}`
    return `${lines.length} of the ${added} lines that you add were there before and were given up: ${how}. read_attempt ${attempt} shows it. For example:\n${lines.slice(0, EXAMPLES).join('\n')}`
  }

  async function take(record: AttemptRecord): Promise<void> {
    const { number, outcome, solution, kept = 0 } = record
    const before = startOf(record, state.versions)
    const evaluated = kept === 0 ? null : { attempt: number, evaluation: kept }
    const left = solution ?? (evaluated && (await candidates.readEvaluated(evaluated)))
    if (before === undefined || left === null || outcome === 'indecisive') return
    // Files that somebody removed from the lineage teach nothing, and cost nobody an evaluation.
    const diff = await workspace.diff(before.tree, left.tree).catch(() => '')
    const { added, removed } = readLineChanges(diff)
    const lost = outcome === 'accepted' ? removed : added
    sizes.set(number, lost.size)
    for (const line of lost) {
      const others = takenOut.get(line) ?? []
      takenOut.delete(line)
      takenOut.set(line, [...others, number].slice(-MAX_LOSERS))
    }
    if (outcome === 'accepted') for (const line of added) takenOut.delete(line)
    for (const oldest of takenOut.keys())
      if (takenOut.size > MAX_LINES) takenOut.delete(oldest)
      else break
  }
}
