import type { GitRepository } from './git-repository.ts'

/** Where avo's tags are. */
export const TAGS = 'refs/tags/avo'

/** What the tags of versions begin with: `avo/v0`, `avo/v1`, … */
export const VERSION_TAG = `${TAGS}/v`

/** As the old value of a ref: there must be none. */
export const NOTHING = '0'.repeat(40)

/** The refs of these names or below them, with their commits. */
export async function readRefs(
  repository: GitRepository,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const listing = await repository.run(['for-each-ref', '--format=%(refname) %(objectname)', ...names])
  return new Map(
    listing
      .trimEnd()
      .split('\n')
      .flatMap((line) => {
        const [name, commit] = line.split(' ')
        return name === undefined || commit === undefined ? [] : [[name, commit] as const]
      }),
  )
}

/** One transaction: all refs or, unless git itself is killed in the middle, none. */
export async function updateRefs(repository: GitRepository, updates: readonly string[]): Promise<void> {
  const input = ['start', ...updates, 'prepare', 'commit', ''].join('\n')
  await repository.run(['update-ref', '--stdin'], { input })
}
