import type { Conversation } from './agent/conversation.ts'
import type { RunState } from './journal.ts'
import type { Workspace } from './lineage.ts'
import type { PersonChanges } from './person-changes.ts'

/**
 * Does what the supervisor has decided for the attempt that begins: empties the agent's memory, so that the record of the
 * run is told afresh, and makes the workspace the version that the agent begins from, unless the person has just changed
 * something there. Until the model has said something in the attempt, doing it again changes nothing, so a crash in between
 * does no harm.
 */
export async function beginAnew(options: {
  readonly state: RunState
  readonly lineage: Pick<Workspace, 'restore'>
  readonly conversation: Pick<Conversation, 'replace'>
  readonly changes: Pick<PersonChanges, 'asOwn'>
  /** Files that the person has changed since the last attempt. */
  readonly found: readonly string[]
}): Promise<void> {
  const { state, lineage, conversation, changes, found } = options
  const { base, attempts } = state.redirection.interventions.at(-1) ?? {}
  const version = state.versions[base ?? -1]
  if (version === undefined || attempts !== state.ledger.length || state.attempt?.turns !== 0) return
  conversation.replace([])
  if (found.length > 0) return
  await changes.asOwn(() => lineage.restore(version.tree))
}
