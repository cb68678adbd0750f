import { AvoError, toMessage } from '../errors.ts'
import type { Version } from '../lineage.ts'
import { parseCommitMessage } from './commit-message.ts'
import type { GitRepository } from './git-repository.ts'

/** What a branch leads to: the versions from the seed on, and the commits after them that are none. */
export interface BranchLog {
  readonly versions: readonly Version[]
  /** Oldest first. */
  readonly others: readonly string[]
}

/** Reads the first parents of a commit. Throws an `AvoError` (`storage`) where a version is out of order or can't be read. */
export async function readBranchLog(repository: GitRepository, tip: string): Promise<BranchLog> {
  const { directory } = repository
  const log = await repository.run([
    'log',
    '-z',
    '--reverse',
    '--first-parent',
    '--no-show-signature',
    '--format=%H %T %ct%n%B',
    tip,
  ])
  const versions: Version[] = []
  const others: string[] = []
  for (const entry of log.split('\0').filter((text) => text !== '')) {
    const end = entry.indexOf('\n')
    const [commit = '', tree = '', time = ''] = entry.slice(0, end).split(' ')
    const facts = parseMessage(directory, commit, entry.slice(end + 1))
    if (facts === null) others.push(commit)
    else if (others.length > 0 || facts.number !== versions.length)
      throw outOfOrder(directory, commit, facts.number, versions.length)
    else versions.push({ ...facts, commit, tree, committedAt: toIsoTime(Number(time)) })
  }
  return { versions, others }
}

/** As a commit's time is told. */
export function toIsoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

function parseMessage(
  directory: string,
  commit: string,
  message: string,
): ReturnType<typeof parseCommitMessage> {
  try {
    return parseCommitMessage(message)
  } catch (error) {
    throw new AvoError(
      'storage',
      `the trailers of commit ${commit} in ${directory} can't be read: ${toMessage(error)}`,
      `Was its message changed? \`git -C '${directory}' reflog main\` shows where the branch was before.`,
      { cause: error },
    )
  }
}

function outOfOrder(directory: string, commit: string, number: number, expected: number): AvoError {
  return new AvoError(
    'storage',
    `commit ${commit} in ${directory} says that it is v${number}, it comes where v${expected} must be`,
    `Take the branch back to the last version in order: git -C '${directory}' reset --soft avo/v${expected - 1}`,
  )
}
