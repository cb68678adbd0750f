import type { Evidence } from './measurement.ts'
import type { CorrectScore } from './score.ts'

/** A candidate that the agent stands behind: the id of its files' content, and its own words about it. */
export interface Solution {
  /** Content id of the editable files: a git tree, or a hash where git is off. */
  readonly tree: string
  /** First line: what changed. The rest: why, as the agent tells it. */
  readonly summary: string
  /** Documents of the knowledge base that led to it, by name, as the agent says; absent where it named none. */
  readonly documents?: readonly string[]
}

/** An accepted solution x_i with its score f(x_i): one commit of the lineage. */
export interface Version extends Solution {
  /** 0 is the seed. */
  readonly number: number
  /** Git commit, or the tree again where git is off. */
  readonly commit: string
  /** As measured afresh at the gate, never as the agent saw it. */
  readonly score: CorrectScore
  /** Gain over the version before, as a fraction; 0 for the seed. */
  readonly gain: number
  /** How that gain was measured; absent for the seed. */
  readonly evidence?: Evidence
  /** The attempt that made it; 0 for the seed. */
  readonly attempt: number
  /** The version that the work on it began from, where that is not the one before. */
  readonly base?: number
  /** `sha256:…` of the scorer that measured it. Scores of different scorers are never compared. */
  readonly scorer: string
  /** Money spent since the version before, in US dollars, so that the lineage adds up to its cost; null where a price is unknown. */
  readonly costUsd: number | null
  /** ISO 8601, UTC. */
  readonly committedAt: string
}

/** The solution that became a version. */
export function solutionOf({ tree, summary, documents }: Solution): Solution {
  return documents === undefined ? { tree, summary } : { tree, summary, documents }
}

/** What the recorded gains of some versions multiply to, as a fraction: scores of different hours are not compared. */
export function multiplyGains(versions: readonly Pick<Version, 'gain'>[]): number {
  return Math.expm1(versions.reduce((sum, { gain }) => sum + Math.log1p(gain), 0))
}

/** The version that an attempt was held against: the best one when it began. */
export function baseOf(attempt: number, versions: readonly Version[]): Version | undefined {
  return versions.findLast((version) => version.attempt < attempt)
}

/** The version that the work on an attempt began from: the best one, unless its record names an earlier one. */
export function startOf(
  { number, base }: { readonly number: number; readonly base?: number },
  versions: readonly Version[],
): Version | undefined {
  return base === undefined ? baseOf(number, versions) : versions[base]
}

/** What the harness knows about a version before it has a number and a commit. */
export type VersionRecord = Pick<
  Version,
  'score' | 'gain' | 'evidence' | 'attempt' | 'base' | 'scorer' | 'costUsd'
>

/** P: the single line of accepted versions, oldest first. */
export interface Lineage {
  readonly versions: readonly Version[]
  /** Appends a version. Durable when it returns. */
  commit(solution: Solution, record: VersionRecord): Promise<Version>
  /**
   * Keeps what an attempt submitted, whatever becomes of it, and what was spent since the last version (US dollars; null
   * where a price is unknown). Durable when it returns.
   */
  keep(attempt: number, solution: Solution, costUsd: number | null): Promise<void>
}

/** Candidates that the agent evaluated: their files, and what it was told. */
export interface Candidates {
  /** Durable when it returns. The same place again replaces what was there. */
  keepEvaluated(place: CandidatePlace, candidate: EvaluatedCandidate): Promise<void>
  /** Null where there is none. */
  readEvaluated(place: CandidatePlace): Promise<EvaluatedCandidate | null>
}

/** The how-manyeth evaluation, from 1 on, of which attempt. */
export interface CandidatePlace {
  readonly attempt: number
  readonly evaluation: number
}

/** A candidate's files, and what came out. */
export interface EvaluatedCandidate {
  readonly tree: string
  /** What `evaluate` said about it. */
  readonly report: string
}

/** The agent's working copy, and the content that the lineage knows. */
export interface Workspace {
  /** Absolute path, links resolved. */
  readonly directory: string
  /** Whether a path relative to the workspace is part of the solution. */
  isEditable(path: string): boolean
  /** Content id of the editable files as they are now. */
  snapshot(): Promise<string>
  /** Makes the editable files what `tree` says; files that are not part of the solution stay. */
  restore(tree: string): Promise<void>
  /** Writes a tree's files into an empty directory, byte for byte. */
  export(tree: string, directory: string): Promise<void>
  /** Unified diff between two trees; empty when they are the same. */
  diff(from: string, to: string): Promise<string>
  /** One file of a tree; null where it has no such file. */
  readFile(tree: string, path: string): Promise<string | null>
}
