import { z } from 'zod'
import type { RunState } from '../../journal.ts'
import type { Knowledge } from '../../knowledge/knowledge.ts'
import { cutMiddle } from '../../text.ts'
import { NUDGES } from '../nudges.ts'
import type { ReaddedRemark } from '../readded-remark.ts'
import { createTool, type Tool } from '../tool.ts'

const MAX_DOCUMENTS = 20
/** Of the words that go into the log and stay in memory for as long as the run. */
const MAX_SUMMARY_CHARACTERS = 8_000
/** As a passage says where it is from. */
const LINES = /:\d+(?:-\d+)?$/

/** `submit`: ends the attempt with the workspace as it is now. */
export function createSubmit(options: {
  readonly snapshot: () => Promise<string>
  readonly state: RunState
  readonly knowledge: Pick<Knowledge, 'list'>
  readonly readded: Pick<ReaddedRemark, 'before'>
  /** Whether there is no turn left to submit again in. */
  readonly isLastTurn: () => boolean
}): Tool {
  const { snapshot, state, knowledge, readded, isLastTurn } = options
  return createTool({
    name: 'submit',
    description:
      'Submits the workspace as it is now and ends the attempt: the harness measures it afresh and makes it a version when it is correct and better. Evaluate first. Files that are a version already, or were rejected before, are refused.',
    input: z.object({
      summary: z
        .string()
        .min(1)
        .describe(
          'First line: what changed, at most 60 characters, imperative. Then a blank line, and why it is better, for the log.',
        ),
      documents: z
        .array(z.string().min(1))
        .max(MAX_DOCUMENTS)
        .default([])
        .describe('Documents of the knowledge base that led to this change, by name; none that did not help'),
    }),
    about: ({ summary }) => summary,
    async execute({ summary: words, documents: cited }) {
      const summary = cutMiddle(words, MAX_SUMMARY_CHARACTERS)
      const documents = await requireDocuments(cited, knowledge)
      const tree = await snapshot()
      const same = state.versions.find((version) => version.tree === tree)
      if (same !== undefined)
        throw new Error(`the solution is the same as v${same.number}: there is nothing to submit`)
      const rejected = state.ledger
        .slice(state.segmentStart)
        .find((record) => record.solution?.tree === tree && record.outcome === 'rejected')
      if (rejected !== undefined)
        throw new Error(
          `attempt ${rejected.number} submitted the same files and the verdict stands: ${rejected.reason}`,
        )
      const remembered = isLastTurn() ? null : await readded.before(tree)
      if (remembered !== null)
        throw new Error(
          `nothing was submitted: ${remembered}\nSubmit again to have it measured all the same, where it is otherwise this time.`,
        )
      const submitted = { tree, summary, ...(documents.length > 0 && { documents }) }
      return { text: NUDGES.submitted, submitted }
    },
  })
}

/** The names of documents that are cited, each once: as `search_knowledge` gives them, with the lines or without. */
async function requireDocuments(
  cited: readonly string[],
  knowledge: Pick<Knowledge, 'list'>,
): Promise<readonly string[]> {
  if (cited.length === 0) return []
  const known = new Set((await knowledge.list()).map(({ document }) => document))
  const names = cited.map((name) => (known.has(name) ? name : name.trim().replace(LINES, '')))
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw new Error(
      `the knowledge base has no ${unknown.join(', ')}: submit again with names as search_knowledge gives them, or without`,
    )
  return [...new Set(names)]
}
