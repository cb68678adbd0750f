import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '../sandbox/remove-tree.ts'
import { describeBuild } from '../scoring-kit/process/describe-build.ts'
import type { StartRequest } from './broker-protocol.ts'
import type { BuildFailure } from './build-cache.ts'
import type { BrokerOptions } from './candidate-broker.ts'
import { hashCandidate } from './hash-candidate.ts'
import { demandPrograms } from './needed-programs.ts'
import { identifyToolchain } from './toolchain-identity.ts'

/** A compiler says thousands of lines where a header is missing. */
const MAX_PRINTED_BYTES = 256 * 1024

/** Writes the candidate as it is once it is built into an empty directory. */
export type CandidateBuilder = (
  build: NonNullable<StartRequest['build']>,
  directory: string,
  signal: AbortSignal,
) => Promise<BuildFailure>

/**
 * Builds the candidate of one evaluation, or takes the build of an earlier one: of the same files by the same command, tools and
 * scorer. A build is a candidate's code like any other: it has the candidate's sandbox, a copy of its own, and nothing
 * else that it can write to.
 */
export function createCandidateBuilder(options: BrokerOptions): CandidateBuilder {
  const { sandbox, builds, scorer, copies, provide, readable } = options
  let files: Promise<string> | null = null

  async function hashFiles(): Promise<string> {
    const copy = await mkdtemp(join(copies, 'hashed-'))
    try {
      await provide(copy)
      return await hashCandidate(copy)
    } finally {
      await removeTree(copy).catch(() => {})
    }
  }

  return async ({ argv, timeoutSeconds = options.timeoutSeconds }, directory, signal) => {
    const [program] = argv
    // A program among the candidate's own files is the candidate's affair.
    if (!program.includes('/')) await demandPrograms([[program]], sandbox, directory, signal)
    files ??= hashFiles()
    const identity = [await files, ...argv, identifyToolchain(program), scorer, sandbox.name]
    return builds.provide(identity, directory, make, signal)

    async function make(work: string): Promise<BuildFailure> {
      await provide(work)
      const execution = await sandbox.exec(
        {
          argv,
          cwd: work,
          view: { read: readable, write: [work] },
          timeoutSeconds: Math.min(timeoutSeconds, options.timeoutSeconds),
          maxOutputBytes: MAX_PRINTED_BYTES,
        },
        signal,
      )
      return execution.exitCode === 0 ? null : describeBuild(argv, execution, work)
    }
  }
}
