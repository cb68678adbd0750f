import { z } from 'zod'
import type { RunState } from '../../journal.ts'
import { multiplyGains, type Version, type Workspace } from '../../lineage.ts'
import { firstLine, renderColumns, renderNumber, renderPercent } from '../../text.ts'
import { createTool, type Tool } from '../tool.ts'
import { notText } from './text-file.ts'

/** `view_lineage`: the accepted versions with their scores and gains. */
export function createViewLineage(state: RunState): Tool {
  return createTool({
    name: 'view_lineage',
    description: 'Shows the accepted versions, oldest first: score, gain, what changed.',
    input: z.object({}),
    about: () => '',
    async execute() {
      const rows = state.versions.map((version) => [
        `v${version.number}`,
        renderNumber(version.score.value),
        renderPercent(version.gain),
        renderPercent(multiplyGains(state.versions.slice(0, version.number + 1))),
        firstLine(version.summary),
      ])
      return renderColumns([['version', 'score', 'gain', 'over v0', 'what changed'], ...rows], [1, 2, 3])
    },
  })
}

/** `read_version`: a file of a version, or what the version changed. */
export function createReadVersion(workspace: Pick<Workspace, 'diff' | 'readFile'>, state: RunState): Tool {
  return createTool({
    name: 'read_version',
    description:
      'Shows what a version changed against the one before it or, with a path, the file as it was in that version.',
    input: z.object({
      version: z.int().min(0).describe('Number of the version; 0 is the seed'),
      path: z.string().optional().describe('A file, relative to the workspace'),
    }),
    about: ({ version, path }) => `v${version} ${path ?? ''}`.trim(),
    async execute({ version: number, path }) {
      const version = findVersion(state, number)
      if (path !== undefined) {
        const content = await workspace.readFile(version.tree, path)
        if (content === null) throw new Error(`v${number} has no file ${path}`)
        // The lineage gives text: bytes that are none have become marks.
        if (/[\0\uFFFD]/.test(content)) throw notText(path)
        return content
      }
      if (number === 0) return 'v0 is the seed; give a path to read a file of it.'
      const diff = await workspace.diff(findVersion(state, number - 1).tree, version.tree)
      return `${version.summary}\n\n${diff}`
    },
  })
}

/** `revert`: the solution's files become those of a version again. */
export function createRevert(workspace: Pick<Workspace, 'restore'>, state: RunState): Tool {
  return createTool({
    name: 'revert',
    description:
      'Makes the files of the solution those of a version again, by default of the best one. Other files stay.',
    input: z.object({
      version: z.int().min(0).optional().describe('Number of the version; the best one if left out'),
    }),
    about: ({ version }) => (version === undefined ? 'best' : `v${version}`),
    async execute({ version: number }) {
      const version = findVersion(state, number ?? state.versions.length - 1)
      await workspace.restore(version.tree)
      return { text: `The workspace is v${version.number} again.`, changed: true, base: version.number }
    },
  })
}

function findVersion(state: RunState, number: number): Version {
  const version = state.versions[number]
  if (version === undefined)
    throw new Error(`there is no v${number}; the newest version is v${state.versions.length - 1}`)
  return version
}
