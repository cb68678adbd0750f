import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Workspace } from '../../lineage.ts'
import { createTool, type Tool } from '../tool.ts'
import { resolveInWorkspace } from './paths.ts'

const MAX_FILES = 1_000
const SKIPPED = new Set(['.git', 'node_modules', '__pycache__', '.venv'])

/** `list_files`: the files of the workspace, those that are not part of the solution marked. */
export function createListFiles(workspace: Pick<Workspace, 'directory' | 'isEditable'>): Tool {
  return createTool({
    name: 'list_files',
    description:
      'Lists the files of the workspace, or of a folder in it. Files marked (not in the solution) are left out of what is evaluated and submitted.',
    input: z.object({ path: z.string().default('.').describe('A folder, relative to the workspace') }),
    about: ({ path }) => path,
    async execute({ path }) {
      const folder = await resolveInWorkspace(workspace.directory, path)
      const files: string[] = []
      await walk(folder, files)
      if (files.length === 0) return 'There are no files.'
      const lines = files
        .slice(0, MAX_FILES)
        .map((file) => file.slice(workspace.directory.length + 1))
        .map((file) => (workspace.isEditable(file) ? file : `${file} (not in the solution)`))
      if (files.length > MAX_FILES) lines.push(`… more than ${MAX_FILES} files: list a folder`)
      return lines.join('\n')
    },
  })
}

/** Files below a folder in order of name, links not followed, until there are more than anybody reads. */
async function walk(folder: string, files: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (files.length > MAX_FILES) return
    if (SKIPPED.has(entry.name)) continue
    if (entry.isDirectory()) await walk(join(folder, entry.name), files)
    else files.push(join(folder, entry.name))
  }
}
