/** How the processes of a candidate ended. */
export interface CandidateEnd {
  readonly exitCode: number | null
  readonly signal: string | null
  /** The limit that they ran into: time, memory, processes, file-size, output. */
  readonly limit: string | null
  /** The end of what was written to standard error. */
  readonly stderr: string
}

/** A candidate that runs. */
export interface LaunchedCandidate {
  readonly ended: Promise<CandidateEnd>
  /** Kills all of its processes; waits until they are known to be dead. */
  stop(): Promise<void>
}

/** What is started, and where its pipes lie. */
export interface Launch {
  /** Name of the session, in lower case; there is a directory of that name in `directory` with the pipes `in` and `out`. */
  readonly session: string
  /** Paths may begin with `$CANDIDATE/` and `$KIT/`. */
  readonly argv: readonly [string, ...string[]]
  readonly memoryBytes?: number | undefined
  /** Run before in a copy of the candidate's files, at most once for each launcher: the candidate gets what it left. */
  readonly build?: Build | undefined
  /** Programs that must be there, each by one of its names. */
  readonly needs?: readonly (readonly string[])[]
}

/** A command that makes of the candidate's files what is run. */
export interface Build {
  readonly argv: readonly [string, ...string[]]
  readonly timeoutSeconds: number
}

/** Starts candidates, each in a process and with a copy of its files of its own. */
export interface Launcher {
  /** Where sessions' directories are made. A candidate sees its own session's only. */
  readonly directory: string
  /** Throws a `SandboxFailure` where it can't be started, and a `CandidateFailure` where it can't be built. */
  start(launch: Launch): Promise<LaunchedCandidate>
  /** Ends all that was started and removes what was made. */
  close(): Promise<void>
}
