import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { removeTree } from '../sandbox/remove-tree.ts'
import type { Execution, Sandbox } from '../sandbox/sandbox.ts'
import { KIT_DIRECTORY, PYTHON_KIT_DIRECTORY } from '../scoring-kit/kit-directory.ts'
import { createBuildCache } from './build-cache.ts'
import { type BrokerOptions, type CandidateBroker, openCandidateBroker } from './candidate-broker.ts'
import { type ResultFile, readResultFile } from './result-file.ts'
import type { ScorerSnapshot } from './scorer-snapshot.ts'
import type { ScorerSpec } from './scorer-spec.ts'
import { CANDIDATE_PATHS, listScorerPaths } from './scorer-view.ts'
import { makeScratch } from './scratch.ts'

/** Stdout can hold a result of up to 1 MiB in its last line; as much again is kept of the head. */
const MAX_OUTPUT_BYTES = 2 * 1024 * 1024 + 64 * 1024

/** Runs one of the scorer's commands on a candidate that `provide` writes into an empty directory. */
export type ScorerRun = (
  argv: readonly [string, ...string[]],
  provide: (candidateDirectory: string) => Promise<void>,
  signal: AbortSignal,
  /** Added to the environment for this run. */
  env?: Readonly<Record<string, string>>,
) => Promise<{ readonly execution: Execution; readonly result: ResultFile }>

/** What scorers are run with. */
export interface ScorerRunOptions {
  readonly spec: ScorerSpec
  readonly snapshot: ScorerSnapshot
  readonly sandbox: Sandbox
  /** Where candidates are unpacked; made if it is missing. */
  readonly temporaryDirectory: string
  /** Paths that scorer and candidate may read besides what is theirs. */
  readonly readable: readonly string[]
  /** Domains that the scorer may reach; candidates reach none. */
  readonly domains: readonly string[]
}

/**
 * Each run gets directories of its own, for the candidate, the result and scratch files: nothing of an earlier run can be
 * read, and nothing is left. The scorer sees them and its own copy, and can have candidates started beside it. The result
 * is read when everything that was started is dead. Throws an `AvoError` `sandbox` where nothing can be run, and of a
 * candidate too: that is not its failure.
 */
export function createScorerRun(options: ScorerRunOptions): ScorerRun {
  const { spec, snapshot, sandbox, temporaryDirectory, readable, domains } = options
  const scorerPaths = listScorerPaths(snapshot)
  const builds = createBuildCache(join(temporaryDirectory, 'builds'))
  return async (argv, provide, signal, env) => {
    await snapshot.restore()
    await mkdir(temporaryDirectory, { recursive: true })
    const directory = await mkdtemp(join(temporaryDirectory, 'evaluation-'))
    // Sockets are made in scratch directories, and the path of a socket is short.
    const scratch = await makeScratch(tmpdir(), temporaryDirectory)
    // What scorer and candidates share are large arrays, best kept in memory.
    const shared = await makeScratch(sandbox.memoryDirectory ?? tmpdir(), temporaryDirectory)
    const candidate = join(directory, 'candidate')
    const results = join(directory, 'result')
    const copies = join(directory, 'copies')
    try {
      for (const path of [candidate, results, copies]) await mkdir(path)
      const broker = await provideWithBroker(candidate, {
        directory: shared,
        copies,
        sandbox,
        provide,
        builds,
        scorer: snapshot.scorer,
        kitDirectory: KIT_DIRECTORY,
        readable: [...CANDIDATE_PATHS, ...readable],
        timeoutSeconds: spec.timeoutSeconds,
      })
      const resultPath = join(results, 'result.json')
      const execution = await sandbox
        .exec(
          {
            argv,
            cwd: snapshot.directory,
            env: {
              TMPDIR: scratch,
              // Modules that a scorer imports would leave compiled copies beside the snapshot's files.
              PYTHONDONTWRITEBYTECODE: '1',
              PYTHONPATH: [PYTHON_KIT_DIRECTORY, process.env['PYTHONPATH']].filter(Boolean).join(delimiter),
              ...spec.env,
              ...env,
              AVO_CANDIDATE: candidate,
              AVO_RESULT: resultPath,
              AVO_BROKER: shared,
            },
            view: { read: [...scorerPaths, ...readable], write: [candidate, results, scratch, shared] },
            network: domains,
            timeoutSeconds: spec.timeoutSeconds,
            maxOutputBytes: MAX_OUTPUT_BYTES,
          },
          signal,
        )
        .finally(broker.close)
      return { execution, result: await readResultFile(resultPath) }
    } finally {
      // What can't be removed even so is no reason to end the run.
      for (const path of [directory, scratch, shared]) await removeTree(path).catch(() => {})
    }
  }
}

/** Unpacks the candidate and opens the broker at the same time; where one of them fails, nothing is left open. */
async function provideWithBroker(candidate: string, options: BrokerOptions): Promise<CandidateBroker> {
  const [provided, opened] = await Promise.allSettled([
    options.provide(candidate),
    openCandidateBroker(options),
  ])
  if (opened.status === 'rejected') throw opened.reason
  if (provided.status === 'fulfilled') return opened.value
  await opened.value.close()
  throw provided.reason
}
