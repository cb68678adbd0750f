import { FILE_ACTIONS } from './actions/files.ts'
import { LEAK_ACTIONS } from './actions/leaks.ts'
import { MACHINE_ACTIONS } from './actions/machine.ts'
import { RECORD_ACTIONS } from './actions/records.ts'
import { SUBMISSIONS } from './actions/submissions.ts'
import type { ActionEntry } from './entry.ts'

/** Everything that agents of the corpus do, in the order of the run. */
export const ACTIONS: readonly ActionEntry[] = [
  ...RECORD_ACTIONS,
  ...FILE_ACTIONS,
  ...MACHINE_ACTIONS,
  ...LEAK_ACTIONS,
  ...SUBMISSIONS,
]
