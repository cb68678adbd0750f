import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Workspace } from '../../lineage.ts'
import { createTool, type Tool, type ToolOutcome } from '../tool.ts'
import { resolveForWriting } from './paths.ts'
import { writeWhole } from './write-whole.ts'

/** `write_file`: a whole file, folders made as needed. */
export function createWriteFile(workspace: Pick<Workspace, 'directory' | 'isEditable'>): Tool {
  return createTool({
    name: 'write_file',
    description:
      'Writes a whole file, new or in place of the old one. For a change to a long file use edit_file.',
    input: z.object({
      path: z.string().min(1).describe('Path relative to the workspace'),
      content: z.string().describe('The whole content of the file'),
    }),
    about: ({ path }) => path,
    async execute({ path, content }) {
      const file = await resolveForWriting(workspace.directory, path)
      const before = await readFile(file).catch(() => null)
      if (before?.equals(Buffer.from(content)))
        return { text: `${path} says so already: nothing has changed.`, effect: '' }
      await mkdir(dirname(file), { recursive: true })
      await writeWhole(file, content)
      const lines = content.split('\n').length - (content === '' || content.endsWith('\n') ? 1 : 0)
      const text = `Wrote ${lines} ${lines === 1 ? 'line' : 'lines'} to ${path}.`
      return toWritten(text, workspace, file)
    },
  })
}

/** What came of changing a file. Says so when it will not be part of a submission. */
export function toWritten(
  text: string,
  workspace: Pick<Workspace, 'directory' | 'isEditable'>,
  file: string,
): ToolOutcome {
  const path = file.slice(workspace.directory.length + 1)
  if (workspace.isEditable(path)) return { text, changed: true }
  return { text: `${text} It is not part of the solution: evaluate and submit leave it out.` }
}
