import { z } from 'zod'
import type { Journal } from '../../journal.ts'
import { createTool, type Tool } from '../tool.ts'

/** `note`: the agent's own words for the lesson of its attempt. */
export function createNote(journal: Journal): Tool {
  return createTool({
    name: 'note',
    description:
      'Writes down why something worked or did not, for the lesson that later attempts are shown of this one.',
    input: z.object({
      text: z
        .string()
        .min(1)
        .max(2_000)
        .describe('What was tried, what happened and why, in one or two sentences'),
    }),
    cutOff: 'tell',
    about: ({ text }) => text,
    async execute({ text }) {
      journal.record({ type: 'note.taken', attempt: journal.state.attempt?.number ?? 0, text })
      return 'Noted.'
    },
  })
}
