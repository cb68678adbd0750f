import { z } from 'zod'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { createTool, type Tool } from '../tool.ts'
import { resolveInWorkspace } from './paths.ts'

/** `search_files`: lines that match a regular expression. Runs grep in the sandbox, so that no pattern can hang the harness. */
export function createSearchFiles(workspace: string, sandbox: Sandbox): Tool {
  return createTool({
    name: 'search_files',
    description:
      'Finds lines that match an extended regular expression (grep -E) in the files of the workspace. Outputs under @output/ are not searched: read_file reads them.',
    input: z.object({
      pattern: z.string().min(1).describe('Extended regular expression'),
      path: z.string().default('.').describe('A file or a folder, relative to the workspace'),
    }),
    about: ({ pattern }) => pattern,
    async execute({ pattern, path }, signal) {
      const target = await resolveInWorkspace(workspace, path)
      const relative = target === workspace ? '.' : target.slice(workspace.length + 1)
      const argv = [
        'grep',
        '-rnIE',
        '--exclude-dir=.git',
        '--exclude-dir=node_modules',
        '-e',
        pattern,
        '--',
        relative,
      ] as const
      const result = await sandbox.exec(
        { argv, cwd: workspace, timeoutSeconds: 30, maxOutputBytes: 20_000 },
        signal,
      )
      if (result.limit === 'time') throw new Error('the search took more than 30 s')
      if (result.exitCode === 1) return 'No line matches.'
      if (result.exitCode !== 0) throw new Error(result.output.trim())
      return result.output.trimEnd()
    },
  })
}
