import { dirname, join } from 'node:path'
import type { Config } from '../config/config.ts'
import { measureDiskUse } from '../storage/disk-use.ts'
import { countLoose, type LooseCount } from '../storage/git-packing.ts'
import { toRunDirectory } from '../storage/run-directory.ts'

/** What a run takes on the disk, in bytes. */
export interface RecordsSize {
  /** All of .avo. */
  readonly records: number
  /** Parts of it. */
  readonly journal: number
  readonly conversation: number
  readonly outputs: number
  readonly index: number
  /** The lineage and every attempt: the workspace's `.git`; 0 where git is off. */
  readonly git: number
  /** What of that is not packed yet. */
  readonly loose: LooseCount
}

export async function measureRecords(config: Config): Promise<RecordsSize> {
  const { directory, events, conversation, outputs, index } = toRunDirectory(config.recordsDirectory)
  const gitDirectory = join(config.workspaceDirectory, '.git')
  const archive = join(dirname(events), 'events')
  return {
    records: await measureDiskUse(directory),
    journal: (await measureDiskUse(events)) + (await measureDiskUse(archive)),
    conversation: await measureDiskUse(conversation),
    outputs: await measureDiskUse(outputs),
    index: await measureDiskUse(index),
    git: await measureDiskUse(gitDirectory),
    loose: await countLoose(gitDirectory),
  }
}
