import type { Solution } from '../lineage.ts'
import { parseAttemptMessage, renderAttemptMessage } from './commit-message.ts'
import type { GitRepository } from './git-repository.ts'
import { writeCommit } from './git-versions.ts'
import type { KeptAttempt } from './stored-lineage.ts'

const ATTEMPTS = 'refs/avo/attempts/'
const FOUND = 'refs/avo/found/'

/** Keeps what an attempt submitted, beside the branch: a commit on the version that it was made from. */
export async function keepAttempt(
  repository: GitRepository,
  parent: string | undefined,
  { attempt, tree, summary, costUsd }: KeptAttempt,
): Promise<void> {
  const message = renderAttemptMessage(attempt, summary, costUsd)
  const commit = await writeCommit(repository, { tree, parent, message })
  await repository.run(['update-ref', `${ATTEMPTS}${attempt}`, commit])
}

/** What attempts have submitted, in order of attempt. */
export async function readAttempts(repository: GitRepository): Promise<readonly KeptAttempt[]> {
  const format = '--format=%(refname:lstrip=3) %(tree)%0a%(contents)%00'
  const listing = await repository.run(['for-each-ref', format, ATTEMPTS])
  return listing
    .split('\0')
    .flatMap((entry): KeptAttempt[] => {
      const [, number, tree, message] = /^\n?(\d+) ([0-9a-f]+)\n(.*)$/s.exec(entry) ?? []
      if (tree === undefined || message === undefined) return []
      return [{ attempt: Number(number), tree, ...parseAttemptMessage(message) }]
    })
    .toSorted((a, b) => a.attempt - b.attempt)
}

/** Keeps files that were found in the workspace, and gives the ref's name: the same one for the same files. */
export async function keepFound(
  repository: GitRepository,
  parent: string | undefined,
  { tree, summary }: Solution,
): Promise<string> {
  const commit = await writeCommit(repository, { tree, parent, message: `${summary}\n` })
  const name = `${FOUND}${tree.slice(0, 12)}`
  await repository.run(['update-ref', name, commit])
  return name
}
