import { AvoError, toMessage } from '../errors.ts'
import type { Solution, Version, VersionRecord } from '../lineage.ts'
import { parseCommitMessage, renderCommitMessage } from './commit-message.ts'
import { BRANCH, type GitRepository } from './git-repository.ts'

const TAGS = 'refs/tags/avo/v'

/** As the old value of a ref: there must be none. */
const NOTHING = '0'.repeat(40)

/**
 * Reads the lineage from its branch, seed first; tags that a crash left out are made. Throws an `AvoError` (`storage`) where
 * a commit is not ours, a number is out of order, or a tag says that the branch was elsewhere.
 */
export async function readVersions(repository: GitRepository): Promise<Version[]> {
  await repository.requireBranch()
  const refs = await readRefs(repository)
  const versions = refs.has(BRANCH) ? await readLog(repository) : []
  for (const [index, { number, commit }] of versions.entries())
    if (number !== index)
      throw new AvoError(
        'storage',
        `commit ${commit} in ${repository.directory} says that it is v${number}, it comes where v${index} must be`,
        `Take the branch back to the last version in order: git -C '${repository.directory}' reset --soft avo/v${index - 1}`,
      )
  requireTags(repository, refs, versions)
  const untagged = versions.filter(({ number }) => !refs.has(`${TAGS}${number}`))
  if (untagged.length > 0) await updateRefs(repository, untagged.map(toTag))
  return versions
}

/** Appends a version to the branch, unless somebody else has moved it. Branch and tag change together or not at all. */
export async function commitVersion(
  repository: GitRepository,
  versions: readonly Version[],
  { tree, summary }: Solution,
  record: VersionRecord,
): Promise<Version> {
  await repository.requireBranch()
  const number = versions.length
  const parent = versions.at(-1)?.commit
  const time = Math.floor(Date.now() / 1000)
  const message = renderCommitMessage({ number, summary, ...record })
  const commit = await writeCommit(repository, { tree, parent, message, time })
  try {
    await updateRefs(repository, [
      `update ${BRANCH} ${commit} ${parent ?? NOTHING}`,
      toTag({ number, commit }),
    ])
  } catch (error) {
    const tip = (await readRefs(repository)).get(BRANCH)
    throw tip === parent ? error : movedError(repository, tip, parent, error)
  }
  return { number, commit, tree, summary, ...record, committedAt: toIsoTime(time) }
}

/** Writes a commit object, to which no ref points yet. */
export async function writeCommit(
  repository: GitRepository,
  commit: {
    readonly tree: string
    readonly parent: string | undefined
    readonly message: string
    /** Seconds since 1970; now when left out. */
    readonly time?: number
  },
): Promise<string> {
  const { tree, parent, message, ...time } = commit
  const parents = parent === undefined ? [] : ['-p', parent]
  return (await repository.run(['commit-tree', tree, ...parents], { input: message, ...time })).trimEnd()
}

async function readRefs(repository: GitRepository): Promise<Map<string, string>> {
  const listing = await repository.run([
    'for-each-ref',
    '--format=%(refname) %(objectname)',
    BRANCH,
    'refs/tags/avo',
  ])
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

async function readLog(repository: GitRepository): Promise<Version[]> {
  const log = await repository.run([
    'log',
    '-z',
    '--reverse',
    '--first-parent',
    '--no-show-signature',
    '--format=%H %T %ct%n%B',
    BRANCH,
  ])
  return log
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n')
      const [commit = '', tree = '', time = ''] = entry.slice(0, end).split(' ')
      const facts = readMessage(repository, commit, entry.slice(end + 1))
      return { ...facts, commit, tree, committedAt: toIsoTime(Number(time)) }
    })
}

function readMessage(
  { directory }: GitRepository,
  commit: string,
  message: string,
): NonNullable<ReturnType<typeof parseCommitMessage>> {
  const parent = `${commit}^`
  try {
    const facts = parseCommitMessage(message)
    if (facts !== null) return facts
  } catch (error) {
    throw new AvoError(
      'storage',
      `the trailers of commit ${commit} in ${directory} can't be read: ${toMessage(error)}`,
      `Was its message changed? \`git -C '${directory}' reflog main\` shows where the branch was before.`,
      { cause: error },
    )
  }
  throw new AvoError(
    'storage',
    `commit ${commit} on main in ${directory} was not made by avo, and the branch is avo's`,
    `Keep it on a branch of your own and take main back: git -C '${directory}' branch mine main && git -C '${directory}' reset --soft ${parent}`,
  )
}

/** A tag without its version, or on another commit, shows that versions were taken off the branch: nothing is built over them. */
function requireTags(
  { directory }: GitRepository,
  refs: ReadonlyMap<string, string>,
  versions: readonly Version[],
): void {
  const strays = [...refs]
    .flatMap(([name, commit]) =>
      name.startsWith(TAGS) ? [{ number: Number(name.slice(TAGS.length)), commit }] : [],
    )
    .filter(({ number, commit }) => versions[number]?.commit !== commit)
    .map(({ number }) => number)
    .toSorted((a, b) => a - b)
  const last = strays.at(-1)
  if (last === undefined) return
  const tags = strays.map((number) => `avo/v${number}`)
  throw new AvoError(
    'storage',
    `main in ${directory} does not lead to the versions tagged ${tags.join(', ')}`,
    `If the branch was moved back by accident: git -C '${directory}' reset --soft avo/v${last}. To give these versions up, delete their tags: git -C '${directory}' tag -d ${tags.join(' ')}`,
  )
}

/** One transaction: all refs or none. */
async function updateRefs(repository: GitRepository, updates: readonly string[]): Promise<void> {
  const input = ['start', ...updates, 'prepare', 'commit', ''].join('\n')
  await repository.run(['update-ref', '--stdin'], { input })
}

function toTag({ number, commit }: Pick<Version, 'number' | 'commit'>): string {
  return `create ${TAGS}${number} ${commit}`
}

function movedError(
  { directory }: GitRepository,
  tip: string | undefined,
  expected: string | undefined,
  cause: unknown,
): AvoError {
  return new AvoError(
    'storage',
    `main in ${directory} is at ${tip ?? 'nothing'}, avo left it at ${expected ?? 'nothing'}: somebody else changed it`,
    `Keep what is there on a branch of your own and take main back, then run again: git -C '${directory}' branch mine main && git -C '${directory}' reset --soft ${expected ?? ''}`,
    { cause },
  )
}

function toIsoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
