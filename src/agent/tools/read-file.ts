import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createTool, type Tool } from '../tool.ts'
import { resolveInWorkspace } from './paths.ts'

const MAX_LINES = 2_000

/** Paths that begin like this are outputs that `run_shell` kept. */
export const OUTPUT_PREFIX = '@output/'

/** `read_file`: a file of the workspace, or a kept output, with line numbers. */
export function createReadFile(workspace: string, outputsDirectory: string): Tool {
  return createTool({
    name: 'read_file',
    description: `Reads a text file with line numbers, at most ${MAX_LINES} lines a call. Paths are relative to the workspace; ${OUTPUT_PREFIX}… are outputs that run_shell kept.`,
    input: z.object({
      path: z.string().min(1).describe('Path relative to the workspace'),
      from_line: z.int().min(1).default(1).describe('First line, from 1'),
      to_line: z.int().min(1).optional().describe('Last line'),
    }),
    about: ({ path }) => path,
    async execute({ path, from_line: from, to_line: to }) {
      const content = await readFile(await locate(path), 'utf8')
      if (content.includes('\0')) throw new Error(`${path} is not a text file`)
      return number(content, from, Math.min(to ?? Number.POSITIVE_INFINITY, from + MAX_LINES - 1))
    },
  })

  async function locate(path: string): Promise<string> {
    if (!path.startsWith(OUTPUT_PREFIX)) return resolveInWorkspace(workspace, path)
    const name = path.slice(OUTPUT_PREFIX.length)
    if (!/^[\w-]+\.txt$/.test(name)) throw new Error(`there is no output ${path}`)
    return join(outputsDirectory, name)
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
