import { renderCount } from '../text.ts'
import type { Tool } from './tool.ts'

/** Tells what somebody else has changed in the workspace. */
export interface WorkspaceWatch {
  /** Editable files that are not as they were at the last mark, in order of path; none before the first mark. */
  changes(): readonly string[]
  /** From here on, what is different was changed by somebody else. Outlives restarts. */
  mark(): void
  /** From here to the next mark nothing was changed by somebody else. Outlives restarts. */
  forget(): void
}

/** Files that the agent is told by name. */
const MAX_NAMED = 10

/**
 * Tools that never write over what the person changes while the agent works: the first call after such a change is not made,
 * and its result says which files it is about. `notice` says what was changed since the last call, and takes it for known.
 */
export function watchTools(
  tools: readonly Tool[],
  watch: WorkspaceWatch,
  notice: () => Promise<readonly string[]>,
): readonly Tool[] {
  return tools.map((tool) => ({
    ...tool,
    prepare(input) {
      const call = tool.prepare(input)
      return {
        about: call.about,
        async run(signal) {
          const files = await notice()
          if (files.length > 0) throw new Error(renderChanges(files))
          try {
            return await call.run(signal)
          } finally {
            watch.mark()
          }
        },
      }
    },
  }))
}

function renderChanges(files: readonly string[]): string {
  const named = files.slice(0, MAX_NAMED).join(', ')
  const more = files.length > MAX_NAMED ? ` and ${renderCount(files.length - MAX_NAMED, 'other file')}` : ''
  return `Not run: the person has changed ${named}${more} since your last call. Look at what they did and build on it, then call again.`
}
