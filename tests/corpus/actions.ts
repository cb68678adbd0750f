import { JUDGE_ACTIONS } from './actions/judge.ts'
import { OTHER_ACTIONS } from './actions/others.ts'
import type { ActionEntry } from './entry.ts'

/** Everything that agents of the corpus do, in the order of the run. */
export const ACTIONS: readonly ActionEntry[] = [...JUDGE_ACTIONS, ...OTHER_ACTIONS]
