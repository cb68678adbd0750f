import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { AvoError, toMessage } from '../errors.ts'
import type { Workspace } from '../lineage.ts'
import { openLineage } from '../running/adapters.ts'
import type { SeedSource } from '../storage/stored-lineage.ts'

/** A candidate as a tree that a workspace knows, and its name. */
export interface Candidate {
  readonly scored: string
  readonly workspace: Workspace
  readonly tree: string
}

/**
 * Opens a candidate by its name: `seed`, `workspace`, a file or a directory; by default the workspace once it has a version,
 * else the seed. Throws an `AvoError` where there is none.
 */
export async function openCandidate(
  config: Config,
  candidate: string | undefined,
  scratch: string,
): Promise<Candidate> {
  if (candidate === undefined || candidate === 'workspace') {
    const own = await openWorkspace(config, scratch)
    if (own !== null) return { scored: 'workspace', workspace: own, tree: await takeSnapshot(own) }
    if (candidate === 'workspace')
      throw new AvoError(
        'usage',
        `there is no version in the workspace ${config.workspaceDirectory} yet`,
        'avo run makes v0 of the seed; --candidate seed scores the seed itself.',
      )
  }
  const scored = candidate ?? 'seed'
  // A lineage like the run's, so that the same files of the seed are left out.
  const lineage = await openLineage({
    ...config,
    workspaceDirectory: join(scratch, 'workspace'),
    recordsDirectory: join(scratch, 'records'),
  })
  const { tree } = await lineage.seed(await toSource(config, scored))
  return { scored, workspace: lineage, tree }
}

/** The run's workspace; null before it has a version. */
async function openWorkspace(config: Config, scratch: string): Promise<Workspace | null> {
  if ((await stat(config.workspaceDirectory).catch(() => null)) === null) return null
  // Git's index among the records may be in use by a run; a lineage of files is in the records itself.
  const recordsDirectory = config.gitPersist ? join(scratch, 'records') : config.recordsDirectory
  const lineage = await openLineage({ ...config, recordsDirectory })
  return lineage.versions.length === 0 ? null : lineage
}

async function takeSnapshot(workspace: Workspace): Promise<string> {
  try {
    return await workspace.snapshot()
  } catch (error) {
    if (error instanceof AvoError) throw error
    throw new AvoError('task', toMessage(error), 'The workspace could not be submitted as it is.', {
      cause: error,
    })
  }
}

async function toSource(config: Config, candidate: string): Promise<SeedSource> {
  if (candidate === 'seed') return config.seed
  const found = await stat(candidate).catch(() => null)
  if (found === null)
    throw new AvoError('usage', `there is no ${candidate}`, 'Name a file or a directory, seed or workspace.')
  if (found.isDirectory()) return { kind: 'directory', path: candidate }
  if (config.seed.kind !== 'file')
    throw new AvoError(
      'usage',
      `${candidate} is one file, the solution has several`,
      'Name a directory that holds all of them.',
    )
  return { kind: 'file', path: candidate, as: config.seed.as }
}
