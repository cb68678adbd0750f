import { z } from 'zod'
import type { Workspace } from '../../lineage.ts'
import { createTool, type Tool } from '../tool.ts'
import { resolveForWriting } from './paths.ts'
import { readTextFile } from './text-file.ts'
import { toWritten } from './write-file.ts'
import { writeWhole } from './write-whole.ts'

/** `edit_file`: replaces one piece of text that occurs exactly once. */
export function createEditFile(workspace: Pick<Workspace, 'directory' | 'isEditable'>): Tool {
  return createTool({
    name: 'edit_file',
    description:
      'Replaces text in a file. old_text must occur exactly once, character for character, white space included; give more lines around it to make it unique.',
    input: z.object({
      path: z.string().min(1).describe('Path relative to the workspace'),
      old_text: z.string().min(1).describe('The text to replace, without line numbers'),
      new_text: z.string().describe('What to put in its place'),
    }),
    cutOff: 'repeat-unless-changed',
    about: ({ path }) => path,
    async execute({ path, old_text: oldText, new_text: newText }) {
      const file = await resolveForWriting(workspace.directory, path)
      const content = await readTextFile(file, path)
      const lines = findLines(content, oldText)
      const [line] = lines
      if (line === undefined)
        throw new Error(`old_text does not occur in ${path}.${renderNearMiss(content, oldText)}`)
      if (lines.length > 1)
        throw new Error(
          `old_text occurs ${lines.length} times in ${path}, at lines ${lines.join(', ')}: give more of what is around it`,
        )
      if (oldText === newText) throw new Error('old_text and new_text are the same')
      await writeWhole(
        file,
        content.replace(oldText, () => newText),
      )
      return toWritten(`Replaced the text at line ${line} of ${path}.`, workspace, file)
    },
  })
}

/** The lines at which a text begins, overlapping occurrences left out. */
function findLines(content: string, text: string): number[] {
  const lines: number[] = []
  for (let at = content.indexOf(text); at !== -1; at = content.indexOf(text, at + text.length))
    lines.push(content.slice(0, at).split('\n').length)
  return lines
}

/** The usual mistake: the right lines with other white space. */
function renderNearMiss(content: string, text: string): string {
  const first = text.trim().split('\n', 1)[0]?.trim() ?? ''
  const lines = content
    .split('\n')
    .flatMap((line, index) => (first !== '' && line.trim() === first ? [index + 1] : []))
  return lines.length === 0
    ? ''
    : ` Its first line occurs with other white space at line ${lines.slice(0, 5).join(', ')}; read the file again.`
}
