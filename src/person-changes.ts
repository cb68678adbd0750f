import type { Conversation } from './agent/conversation.ts'
import { missingResults } from './agent/conversation.ts'
import type { Tool } from './agent/tool.ts'
import { type WorkspaceWatch, watchTools } from './agent/watch-tools.ts'
import { AvoError } from './errors.ts'
import type { Journal } from './journal.ts'
import type { StoredLineage } from './storage/stored-lineage.ts'

/** Notices what the person does in the workspace while a run goes on, or between its sessions; nothing of it is overwritten. */
export interface PersonChanges {
  /** Records what was changed since the last look, in the lineage and in the workspace, and gives the files. */
  look(): Promise<readonly string[]>
  /** Tools that say so, too. */
  watch(tools: readonly Tool[]): readonly Tool[]
  /** Does what changes the workspace by the harness itself: nothing of it counts as the person's, not even where it is killed in between. */
  asOwn(change: () => Promise<void>): Promise<void>
  /** Whether the workspace is as the agent's last call left it. */
  isUnchanged(): Promise<boolean>
}

/** Makes it for a session. */
export function createPersonChanges(options: {
  readonly watch: WorkspaceWatch
  readonly journal: Journal
  readonly lineage: Pick<StoredLineage, 'tend' | 'keepFiles'>
  readonly conversation: Conversation
}): PersonChanges {
  const { watch, journal, lineage, conversation } = options
  // What a call that was cut off had changed is the agent's own doing, as far as anybody can tell.
  let isAgents = isInCall(journal, conversation)

  async function notice(): Promise<readonly string[]> {
    const files = isAgents ? [] : watch.changes()
    isAgents = false
    if (files.length > 0) journal.record({ type: 'workspace.changed', files, kept: await keepFiles(lineage) })
    watch.mark()
    return files
  }

  return {
    async look() {
      await recordForeign(lineage, journal)
      return isAgents ? [] : notice()
    },
    async asOwn(change) {
      watch.forget()
      await change()
      watch.mark()
    },
    watch: (tools) => watchTools(tools, watch, notice),
    isUnchanged: async () => watch.changes().length === 0,
  }
}

/** Takes commits of somebody else's off the lineage's branch, and says where they are. */
export async function recordForeign(lineage: Pick<StoredLineage, 'tend'>, journal: Journal): Promise<void> {
  const foreign = await lineage.tend()
  if (foreign !== null) journal.record({ type: 'lineage.foreign', ...foreign })
}

/** Whether the harness was killed while it ran a call of the agent. */
function isInCall({ state }: Journal, { messages }: Conversation): boolean {
  const [next] = missingResults(messages)
  return next !== undefined && state.attempt?.begun === next.id
}

/** Null where the files can't be part of a solution, so that the lineage does not take them. */
async function keepFiles({ keepFiles: keep }: Pick<StoredLineage, 'keepFiles'>): Promise<string | null> {
  try {
    return await keep()
  } catch (error) {
    if (error instanceof AvoError) throw error
    return null
  }
}
