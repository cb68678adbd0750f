/** One command with its limits. */
export interface Command {
  /** A program and its arguments; nothing goes through a shell unless this says so. */
  readonly argv: readonly [string, ...string[]]
  readonly cwd: string
  /** Added to the few variables that every child gets (see `childEnvironment`); never the harness's own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly timeoutSeconds: number
  /** Output past this is dropped in the middle; `outputFile` gets all of it, up to 64 MiB. */
  readonly maxOutputBytes?: number
  /** Where the whole output (stdout and stderr as they came) is written. */
  readonly outputFile?: string
}

/** How a command ended. It is never an exception: crash and timeout are the candidate's, not ours. */
export interface Execution {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: string | null
  readonly timedOut: boolean
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
  exec(command: Command, signal: AbortSignal): Promise<Execution>
}
