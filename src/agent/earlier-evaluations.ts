import type { KeptCandidate } from '../attempt.ts'
import { readCodeId } from '../gate/code-id.ts'
import { findEarlierVerdict } from '../gate/earlier-verdict.ts'
import type { Journal } from '../journal.ts'
import { type Candidates, multiplyGains, type Version, type Workspace } from '../lineage.ts'
import { cutMiddle, renderPercent } from '../text.ts'

/** What is known of the code in a tree before it is measured. */
export interface Known {
  /** What the tree's code is without comments and white space. */
  readonly codeId: string
  /** What the agent is told instead of a measurement; null for code that is new. */
  readonly answer: string | null
}

/** What was evaluated before, so that looking again costs nothing. */
export interface EarlierEvaluations {
  /** Looks for the same code: in the lineage, among the verdicts of the gate, among what was evaluated with this scorer. */
  find(tree: string, best: Version): Promise<Known>
  /** Keeps a candidate with what was said about it. */
  keep(candidate: {
    readonly tree: string
    readonly codeId: string
    readonly against: number
    /** Over that version, as a fraction; null where it is incorrect. */
    readonly gain: number | null
    readonly report: string
  }): Promise<void>
}

/** Of a report that is kept. */
const REPORT_CHARACTERS = 8_000

/** Makes the memory of a run's evaluations: the journal knows which there are, the lineage has their files and reports. */
export function createEarlierEvaluations(options: {
  readonly journal: Journal
  readonly workspace: Pick<Workspace, 'diff' | 'readFile'>
  readonly candidates: Candidates
}): EarlierEvaluations {
  const { journal, workspace, candidates } = options
  const { state } = journal

  return {
    async find(tree, best) {
      const codeId = await readCodeId(workspace, (state.versions[0] ?? best).tree, tree)
      const verdict = await findEarlierVerdict(codeId, best, state, workspace)
      const kept = state.kept.findLast((candidate) => candidate.codeId === codeId)
      const found = kept === undefined ? null : await candidates.readEvaluated(kept)
      const answer = [
        verdict === null ? '' : `Nothing was run: this is ${verdict.reason}.`,
        kept === undefined || found === null ? '' : renderEarlier(kept, found.report, best, state.versions),
      ]
      if (kept?.against === best.number) answer.reverse()
      const text = answer.filter((part) => part !== '').join('\n\n')
      return { codeId, answer: text === '' ? null : text }
    },

    async keep({ tree, codeId, against, gain, report }) {
      const { number: attempt, kept } = state.attempt ?? { number: 0, kept: 0 }
      const place = { attempt, evaluation: kept + 1 }
      await candidates.keepEvaluated(place, { tree, report: cutMiddle(report, REPORT_CHARACTERS) })
      journal.record({ type: 'candidate.kept', ...place, tree, codeId, against, gain })
    },
  }
}

/** A report that still holds stands first, as after a measurement; one against an older version is announced as such. */
function renderEarlier(
  { attempt, against }: KeptCandidate,
  report: string,
  best: Version,
  versions: readonly Version[],
): string {
  const seen = `The same code, but for comments and white space, was evaluated before, in attempt ${attempt}`
  if (against === best.number)
    return `${report}\n\n${seen}: nothing was run, that is what came out then. Another look makes it no better: the gate measures afresh what you submit.`
  const since = renderPercent(multiplyGains(versions.slice(against + 1)))
  return `${seen}, when v${against} was the best version; v${best.number} is ${since} against that. Nothing was run; what came out then:\n\n${report}`
}
