import type { Limits } from './sandbox.ts'

/** What a sandbox must know about the machine and the task around it. */
export interface Surroundings {
  /** Directories that no command may see unless they are in its view, wherever they lie. */
  readonly hidden: readonly string[]
  /** For what the sandbox prepares; exists, and is removed by whoever made it. */
  readonly directory: string
  /** Of a command that has none of its own. */
  readonly limits: Limits
}
