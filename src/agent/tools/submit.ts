import { z } from 'zod'
import type { RunState } from '../../journal.ts'
import { NUDGES } from '../nudges.ts'
import { createTool, type Tool } from '../tool.ts'

/** `submit`: ends the attempt with the workspace as it is now. */
export function createSubmit(snapshot: () => Promise<string>, state: RunState): Tool {
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
    }),
    about: ({ summary }) => summary,
    async execute({ summary }) {
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
      return { text: NUDGES.submitted, submitted: { tree, summary } }
    },
  })
}
