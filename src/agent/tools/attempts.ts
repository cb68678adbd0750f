import { z } from 'zod'
import type { AttemptRecord } from '../../attempt.ts'
import type { Journal, RunState } from '../../journal.ts'
import { baseOf, type Candidates, startOf, type Workspace } from '../../lineage.ts'
import { cutMiddle } from '../../text.ts'
import { type AttemptContext, renderAttemptRecord } from '../past-attempts.ts'
import { createPastSearch, type WordIndex } from '../search-past.ts'
import { createTool, type Tool } from '../tool.ts'

/** What the tools that read past attempts need. */
export interface PastAttempts {
  readonly workspace: Pick<Workspace, 'diff' | 'restore'>
  readonly candidates: Pick<Candidates, 'readEvaluated'>
  readonly journal: Journal
  readonly createIndex: () => WordIndex
}

const DIFF_CHARACTERS = 20_000
/** Of one attempt that are told, the last ones. */
const EVALUATIONS = 20

const place = {
  attempt: z.int().min(1).describe('Number of the attempt'),
  evaluation: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Which of the candidates that it evaluated, from 1 on; left out: what it submitted, or else the last one',
    ),
}

/** `search_attempts`: was this tried? */
export function createSearchAttempts({ journal, createIndex }: PastAttempts): Tool {
  const search = createPastSearch(journal.state, createIndex)
  return createTool({
    name: 'search_attempts',
    description:
      'Was this tried? Searches the past attempts of this run (what they would try, what they evaluated and submitted, why they ended) and the notes, by words. Look here before you build an idea.',
    input: z.object({
      query: z.string().min(1).describe('The idea, in a few words'),
      limit: z.int().min(1).max(20).default(8).describe('Number of lines'),
    }),
    about: ({ query }) => query,
    async execute({ query, limit }) {
      const found = search(query, limit)
      return found.length === 0
        ? `None of the ${journal.state.ledger.length} attempts so far says anything about it.`
        : found.map((line) => `- ${line}`).join('\n')
    },
  })
}

/** `read_attempt`: a past attempt's record, and how its files differ from the version that it began from. */
export function createReadAttempt({ workspace, candidates, journal }: PastAttempts): Tool {
  return createTool({
    name: 'read_attempt',
    description:
      'Shows a past attempt: what it would try, the verdict and why, and how its files differ from the version that it began from.',
    input: z.object(place),
    about: ({ attempt }) => `attempt ${attempt}`,
    async execute({ attempt, evaluation }) {
      const record = findRecord(journal.state, attempt)
      const candidate = await findCandidate(candidates, record, evaluation)
      const start = startOf(record, journal.state.versions)
      const diff =
        candidate === null || start === undefined ? '' : await workspace.diff(start.tree, candidate.tree)
      return [
        renderAttemptRecord(record, contextOf(record, journal.state)),
        candidate?.report ?? '',
        candidate === null ? 'It has left no files behind.' : cutMiddle(diff, DIFF_CHARACTERS),
      ]
        .filter(Boolean)
        .join('\n\n')
    },
  })
}

/** `take_up_attempt`: the solution's files become those of a past attempt. */
export function createTakeUpAttempt({ workspace, candidates, journal }: PastAttempts): Tool {
  return createTool({
    name: 'take_up_attempt',
    description:
      'Makes the files of the solution those of a past attempt, to go on from there: what was nearly good enough, or good for a part. Other files stay.',
    input: z.object(place),
    about: ({ attempt }) => `attempt ${attempt}`,
    async execute({ attempt: taken, evaluation }) {
      const candidate = await findCandidate(candidates, findRecord(journal.state, taken), evaluation)
      if (candidate === null) throw new Error(`attempt ${taken} has left no files behind`)
      await workspace.restore(candidate.tree)
      journal.record({ type: 'attempt.taken-up', attempt: journal.state.attempt?.number ?? 0, taken })
      return { text: `The workspace has the files of attempt ${taken} now.`, changed: true }
    },
  })
}

function findRecord({ ledger }: RunState, attempt: number): AttemptRecord {
  const record = ledger.find(({ number }) => number === attempt)
  if (record !== undefined) return record
  const newest = ledger.at(-1)?.number
  throw new Error(
    newest === undefined
      ? 'there are no past attempts yet'
      : `there is no past attempt ${attempt}; the newest is ${newest}`,
  )
}

function contextOf({ number, direction }: AttemptRecord, state: RunState): AttemptContext {
  const { versions, kept, lessons, redirection } = state
  const asked = redirection.interventions
    .flatMap(({ directions }) => directions)
    .find((other) => other.number === direction?.number)
  return {
    base: baseOf(number, versions),
    candidates: kept.filter(({ attempt }) => attempt === number).slice(-EVALUATIONS),
    direction: asked?.what,
    lesson: lessons.findLast(({ attempts }) => attempts.includes(number)),
  }
}

/** What it submitted, or a candidate that it evaluated; null where nothing is left of it. */
async function findCandidate(
  candidates: PastAttempts['candidates'],
  { number: attempt, solution, kept = 0 }: AttemptRecord,
  evaluation: number | undefined,
): Promise<{ readonly tree: string; readonly report?: string } | null> {
  if (evaluation === undefined && solution !== undefined) return solution
  if (kept === 0) return null
  const found = await candidates.readEvaluated({ attempt, evaluation: evaluation ?? kept })
  if (found === null)
    throw new Error(
      `there is no evaluation ${evaluation ?? kept} of attempt ${attempt}: it evaluated ${kept} candidates`,
    )
  return found
}
