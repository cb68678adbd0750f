import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AvoError, toDiskError, toMessage } from '../errors.ts'

/** Where a run keeps its records: absolute paths, each with one owner. */
export interface RunDirectory {
  readonly directory: string
  /** The journal: JSON lines. */
  readonly events: string
  /** The agent's memory: JSON lines. */
  readonly conversation: string
  /** The workspace's files as the agent's last call left them. */
  readonly workspaceMark: string
  /** Directory: the scorer's snapshot. */
  readonly scorer: string
  /** Directory: the search index over K. */
  readonly index: string
  /** Directory: what `avo steer` left for the agent, a file a text. */
  readonly steering: string
  /** File: there while the person wants the run to rest. */
  readonly pause: string
  /** Directory: what attempts have taught, as documents; written anew from the journal. */
  readonly lessons: string
  /** Directory: pages of what the search has learnt, by number. */
  readonly insights: string
  /** Held by the one process that may write. */
  readonly lock: string
  /** Directory: outputs that were too long for the agent to be told in full. */
  readonly outputs: string
  /** Directory: what nobody misses after a crash. Whoever holds the lock may empty it. */
  readonly tmp: string
}

/** The paths of a run's records, whether they exist or not. */
export function toRunDirectory(logDir: string): RunDirectory {
  const directory = resolve(logDir)
  return {
    directory,
    events: join(directory, 'events.jsonl'),
    conversation: join(directory, 'conversation.jsonl'),
    workspaceMark: join(directory, 'workspace.json'),
    scorer: join(directory, 'scorer'),
    index: join(directory, 'index'),
    steering: join(directory, 'steering'),
    pause: join(directory, 'pause'),
    lessons: join(directory, 'lessons'),
    insights: join(directory, 'insights'),
    lock: join(directory, 'lock'),
    outputs: join(directory, 'outputs'),
    tmp: join(directory, 'tmp'),
  }
}

/** The page of a report on what the search has learnt. */
export function insightsFile({ insights }: RunDirectory, number: number): string {
  return join(insights, `${String(number).padStart(4, '0')}.md`)
}

/** The number of the last page that lies there; 0 where there is none. */
export async function lastInsights({ insights }: RunDirectory): Promise<number> {
  const names = await readdir(insights).catch(() => [])
  return names.reduce((last, name) => Math.max(last, Number(/^(\d+)\.md$/.exec(name)?.[1] ?? 0)), 0)
}

/** Creates a run's directory where there is none, hidden from the git repository it may lie in. */
export async function openRunDirectory(logDir: string): Promise<RunDirectory> {
  const paths = toRunDirectory(logDir)
  try {
    for (const directory of [paths.directory, paths.outputs, paths.tmp])
      await mkdir(directory, { recursive: true })
    await writeFile(join(paths.directory, '.gitignore'), '*\n')
  } catch (error) {
    if (toDiskError(error) !== error) throw toDiskError(error)
    throw new AvoError(
      'storage',
      `can't create ${paths.directory}: ${toMessage(error)}`,
      'Set log_dir to a directory that you may write to.',
      { cause: error },
    )
  }
  return paths
}
