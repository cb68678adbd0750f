import type { Family } from './family.ts'
import type { ReservedStatuses } from './launcher.ts'

/** How a sandbox starts a command and makes an end of it. */
export interface Program {
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  /** What it reads from its descriptors 3 and up. */
  readonly instructions?: readonly (string | Uint8Array)[]
  /** Where the program is not the command but runs it (see `launchAsChild`). */
  readonly wrapper?: {
    readonly reserved: ReservedStatuses
    /** What the person can do about a failure. */
    readonly hint: string
    /**
     * Matches what it writes to the descriptor behind its instructions when the command has run: then no failure is its own,
     * whatever a command did to the shell that runs it. Without it, a status alone must do.
     */
    readonly hasRun?: RegExp
  }
  /** Whose memory and processes count; it is ended with the program. */
  readonly family: Family
  /** Ends the command and all that it started, at once. `killGroup` sends SIGKILL to the program's process group. */
  kill(id: number, killGroup: () => void): void
}
