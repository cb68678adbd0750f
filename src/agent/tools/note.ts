import { z } from 'zod'
import type { Journal } from '../../journal.ts'
import { createTool, type Tool } from '../tool.ts'

/** `note`: a lesson that later attempts are told. */
export function createNote(journal: Journal): Tool {
  return createTool({
    name: 'note',
    description:
      'Writes down a lesson for later attempts: what was tried, what happened, why. Later attempts are shown the last ten; a later note may correct an earlier one.',
    input: z.object({ text: z.string().min(1).max(2_000).describe('One lesson, in one or two sentences') }),
    cutOff: 'tell',
    about: ({ text }) => text,
    async execute({ text }) {
      journal.record({ type: 'note.taken', attempt: journal.state.attempt?.number ?? 0, text })
      return 'Noted.'
    },
  })
}
