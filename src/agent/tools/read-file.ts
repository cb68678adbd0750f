import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { createTool, type Tool } from '../tool.ts'
import { resolveForReading } from './paths.ts'
import { readTextFile } from './text-file.ts'

const MAX_LINES = 2_000

/** Paths that begin like this are outputs that `run_shell` kept. */
export const OUTPUT_PREFIX = '@output/'
/** Paths that begin like this are the scorer's files, where the task lets the agent see them. */
export const SCORER_PREFIX = '@scorer/'

/** Folders outside the workspace that the agent may read, by the prefix under which it knows them. */
export type ReadableFolders = Readonly<Record<string, string>>

/** `read_file`: a file of the workspace, or of a folder that may be read, with line numbers. */
export function createReadFile(workspace: string, folders: ReadableFolders): Tool {
  const scorer =
    SCORER_PREFIX in folders ? `; one that begins with ${SCORER_PREFIX} is a file of the scorer` : ''
  return createTool({
    name: 'read_file',
    description: `Reads a text file with line numbers, at most ${MAX_LINES} lines a call. A path is relative to the workspace; ${OUTPUT_PREFIX}3.txt is an output that run_shell has kept${scorer}.`,
    input: z.object({
      path: z.string().min(1).describe('Path relative to the workspace'),
      from_line: z.int().min(1).default(1).describe('First line, from 1'),
      to_line: z.int().min(1).optional().describe('Last line'),
    }),
    about: ({ path }) => path,
    async execute({ path, from_line: from, to_line: to }) {
      const content = await read(path)
      return number(content, from, Math.min(to ?? Number.POSITIVE_INFINITY, from + MAX_LINES - 1))
    },
  })

  async function read(path: string): Promise<string> {
    const prefix = Object.keys(folders).find((name) => path.startsWith(name))
    const folder = prefix === undefined ? undefined : folders[prefix]
    if (prefix === undefined || folder === undefined)
      return readTextFile(await resolveForReading(workspace, path), path)
    // No other tool shows these, and nobody writes them back: better with marks for what is no text than not at all.
    const content = await readFile(await resolveForReading(folder, path.slice(prefix.length)), 'utf8')
    return content.replaceAll('\0', '\uFFFD')
  }
}

function number(content: string, from: number, to: number): string {
  const lines = content.split('\n')
  if (lines.at(-1) === '') lines.pop()
  if (lines.length === 0) return 'The file is empty.'
  if (from > lines.length) return `The file has ${lines.length} lines.`
  const shown = lines.slice(from - 1, to).map((line, index) => `${from + index}\t${line}`)
  const rest = lines.length - Math.min(to, lines.length)
  if (rest > 0) shown.push(`… ${rest} more lines, go on with from_line=${to + 1}`)
  return shown.join('\n')
}
