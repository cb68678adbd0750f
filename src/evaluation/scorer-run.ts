import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Execution, Sandbox } from '../sandbox/sandbox.ts'
import { type ResultFile, readResultFile } from './result-file.ts'
import type { ScorerSnapshot } from './scorer-snapshot.ts'
import type { ScorerSpec } from './scorer-spec.ts'

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

/**
 * Each run gets directories of its own, for the candidate, the result and scratch files: nothing of an earlier run can be
 * read, and nothing is left. The result is read when everything that the command started is dead.
 */
export function createScorerRun(
  spec: ScorerSpec,
  snapshot: ScorerSnapshot,
  sandbox: Sandbox,
  temporaryDirectory: string,
): ScorerRun {
  return async (argv, provide, signal, env) => {
    await snapshot.restore()
    await mkdir(temporaryDirectory, { recursive: true })
    const directory = await mkdtemp(join(temporaryDirectory, 'evaluation-'))
    // Sockets are made in scratch directories, and the path of a socket is short.
    const scratch = await mkdtemp(join(tmpdir(), 'avo-'))
    try {
      const candidate = join(directory, 'candidate')
      const results = join(directory, 'result')
      for (const path of [candidate, results]) await mkdir(path)
      await provide(candidate)
      const resultPath = join(results, 'result.json')
      const execution = await sandbox.exec(
        {
          argv,
          cwd: snapshot.directory,
          env: {
            TMPDIR: scratch,
            // Modules that a scorer imports would leave compiled copies beside the snapshot's files.
            PYTHONDONTWRITEBYTECODE: '1',
            ...spec.env,
            ...env,
            AVO_CANDIDATE: candidate,
            AVO_RESULT: resultPath,
          },
          timeoutSeconds: spec.timeoutSeconds,
          maxOutputBytes: MAX_OUTPUT_BYTES,
        },
        signal,
      )
      return { execution, result: await readResultFile(resultPath) }
    } finally {
      // What can't be removed (a candidate took its own permissions away) is scratch in a directory of our own.
      for (const path of [directory, scratch])
        await rm(path, { recursive: true, force: true }).catch(() => {})
    }
  }
}
