/** What a command may see of the disk: paths of the host, each shown where it is. Of two nested paths the deeper one counts. */
export interface View {
  /** Shown read-only with all that is below them. What does not exist is left out. */
  readonly read: readonly string[]
  /** Shown as they are, for reading and writing. They must exist. */
  readonly write: readonly string[]
}

/** What a command may use up, with everything that it starts. Past one of them it is ended. */
export interface Limits {
  /** Memory in use at one time, pages that several processes share counted once. */
  readonly memoryBytes: number
  /** Processes and threads at one time. */
  readonly processes: number
  /** Size of any one file that is written. */
  readonly fileBytes: number
}

/** A command that prints more than this, stdout and stderr together, is ended. */
export const MAX_PRINTED_BYTES = 64 * 1024 * 1024

/** One command, what it may touch, and its limits. */
export interface Command {
  /** A program and its arguments; nothing goes through a shell unless this says so. */
  readonly argv: readonly [string, ...string[]]
  /** Must be in the view. */
  readonly cwd: string
  /** Added to the few variables that every child gets (see `childEnvironment`); never the harness's own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly timeoutSeconds: number
  /** Output past this is dropped in the middle; `outputFile` gets all of it. */
  readonly maxOutputBytes?: number
  /** Where the whole output (stdout and stderr as they came) is written. */
  readonly outputFile?: string
  /** Besides the system's programs; by default `cwd` for writing and nothing else. */
  readonly view?: View
  /** Domains that can be reached, `*.example.org` included; by default none. */
  readonly network?: readonly string[]
  /** Less than the sandbox's usual ones. */
  readonly limits?: Partial<Limits>
}

/** Which limit ended a command. */
export type LimitKind = 'time' | 'memory' | 'processes' | 'file-size' | 'output'

/** How a command ended. It is never an exception: crash, timeout and the like are the candidate's, not ours. */
export interface Execution {
  /** Null when a signal or a limit ended it. */
  readonly exitCode: number | null
  /** The one that ended it, where no limit did. */
  readonly signal: string | null
  /** Null where the command ended by itself. */
  readonly limit: LimitKind | null
  readonly stdout: string
  /** stdout and stderr as they came, cut to head and tail. */
  readonly output: string
  /** Bytes that the cut left out. */
  readonly omittedBytes: number
  readonly durationMs: number
}

/**
 * Runs commands of which none is trusted. When `exec` returns, everything that the command started is dead, whether
 * it ended, timed out or was aborted. Throws only when it can't run anything at all (`AvoError` `sandbox`) or on abort.
 */
export interface Sandbox {
  readonly name: string
  /** What it does not enforce, a sentence each, for the person to know. */
  readonly gaps: readonly string[]
  /** A directory of the host that lies in memory and can be part of a view; null where there is none. */
  readonly memoryDirectory: string | null
  exec(command: Command, signal: AbortSignal): Promise<Execution>
}
