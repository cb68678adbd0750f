import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where an audit works: nothing of it is left afterwards. */
export interface AuditScratch {
  /** Absolute, links resolved. */
  readonly directory: string
  /** Beside the run's own records, because a scorer may look from there for the packages of its task. */
  readonly snapshotDirectory: string
}

/** Makes an audit's directories for as long as `use` takes. */
export async function inAuditScratch<Result>(
  recordsDirectory: string,
  use: (scratch: AuditScratch) => Promise<Result>,
): Promise<Result> {
  const made = await mkdir(recordsDirectory, { recursive: true })
  const snapshotDirectory = await mkdtemp(join(recordsDirectory, 'audit-'))
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'avo-audit-')))
  try {
    return await use({ directory, snapshotDirectory })
  } finally {
    // An attack that writes to the last moment can put a file into a directory that is being removed.
    const removal = { recursive: true, force: true, maxRetries: 20, retryDelay: 20 }
    await Promise.all([directory, made ?? snapshotDirectory].map((path) => rm(path, removal)))
  }
}

/** Lets what an attack leaves behind live as long as `use` takes, and no longer. */
export async function withLease<Result>(file: string, use: () => Promise<Result>): Promise<Result> {
  await writeFile(file, '')
  try {
    return await use()
  } finally {
    await rm(file)
  }
}
