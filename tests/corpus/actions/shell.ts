import type { Call } from '../entry.ts'

/** A command in the agent's shell. */
export function shell(command: string, timeoutSeconds = 60): Call {
  return ['run_shell', { command, timeout_seconds: timeoutSeconds }]
}

/** What is wrong with every path that leads out. */
export const OUTSIDE = /outside the workspace|there is no file|not yours to change|link to/
