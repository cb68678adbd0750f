import type { Conversation } from './agent/conversation.ts'
import type { RunState } from './journal.ts'
import type { Workspace } from './lineage.ts'
import type { PersonChanges } from './person-changes.ts'

/**
 * Does what the supervisor has decided for the attempt that begins: empties the agent's memory, so that the record of the
 * run is told afresh, and makes the workspace the version that the agent begins from. Until the model has said something in
 * the attempt, doing it again changes nothing, so a crash in between does no harm.
 */
export async function beginAnew(options: {
  readonly state: RunState
  readonly lineage: Pick<Workspace, 'restore'>
  readonly conversation: Pick<Conversation, 'replace'>
  readonly changes: Pick<PersonChanges, 'acknowledge'>
}): Promise<void> {
  const { state, lineage, conversation, changes } = options
  const { base, attempts } = state.redirection.interventions.at(-1) ?? {}
  const version = state.versions[base ?? -1]
  if (version === undefined || attempts !== state.ledger.length || state.attempt?.turns !== 0) return
  conversation.replace([])
  await lineage.restore(version.tree)
  changes.acknowledge()
}
