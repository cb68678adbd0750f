import { AvoError } from '../errors.ts'
import { type Solution, solutionOf, type Version, type VersionRecord } from '../lineage.ts'
import { renderCommitMessage } from './commit-message.ts'
import { readBranchLog, toIsoTime } from './git-log.ts'
import { NOTHING, readRefs, TAGS, updateRefs, VERSION_TAG } from './git-refs.ts'
import { BRANCH, type GitRepository } from './git-repository.ts'
import type { ForeignCommits } from './stored-lineage.ts'

/** Branches that take what somebody else committed on the lineage's. */
const SET_ASIDE = 'set-aside/'

/**
 * Reads the lineage, seed first, and changes nothing. What somebody else committed after the last version, or in its place,
 * is not part of it. Throws an `AvoError` (`storage`) where a version can't be read, is out of order, or was taken off the
 * branch.
 */
export async function readVersions(repository: GitRepository): Promise<Version[]> {
  await repository.requireBranch()
  const refs = await readRefs(repository, [BRANCH, TAGS])
  const tip = refs.get(BRANCH)
  const newest = newestTag(refs)
  if (newest === undefined) return tip === undefined ? [] : readOwn(repository, tip)
  if (tip !== undefined && (await leadsTo(repository, tip, newest.commit))) return readOwn(repository, tip)
  if (tip === undefined || (await leadsTo(repository, newest.commit, tip)))
    throw takenOff(repository, refs, newest.number, tip)
  return readOwn(repository, newest.commit)
}

/**
 * Makes branch and tags say what the lineage is, after a crash and after somebody else committed there: their commits get a
 * branch of their own, the working copy stays as it is.
 */
export async function tendRefs(
  repository: GitRepository,
  versions: readonly Version[],
): Promise<ForeignCommits | null> {
  await repository.requireBranch()
  const refs = await readRefs(repository, [BRANCH, TAGS])
  const untagged = versions.filter(({ number }) => !refs.has(`${VERSION_TAG}${number}`)).map(toTag)
  const tip = refs.get(BRANCH)
  const last = versions.at(-1)
  if (tip === undefined || tip === last?.commit) {
    if (untagged.length > 0) await updateRefs(repository, untagged)
    return null
  }
  const branch = `${SET_ASIDE}${tip.slice(0, 12)}`
  const listing = await repository.run(['rev-list', '--reverse', tip, ...(last ? [`^${last.commit}`] : [])])
  const commits = listing.split('\n').filter((line) => line !== '')
  if (commits.length === 0) throw takenOff(repository, refs, last?.number ?? 0, tip)
  await updateRefs(repository, [
    `update refs/heads/${branch} ${tip}`,
    last === undefined ? `delete ${BRANCH} ${tip}` : `update ${BRANCH} ${last.commit} ${tip}`,
    ...untagged,
  ])
  await repository.tidyIndex()
  return { commits, branch }
}

/** Appends a version to the branch, unless somebody else has moved it. Branch and tag change together or not at all. */
export async function commitVersion(
  repository: GitRepository,
  versions: readonly Version[],
  solution: Solution,
  record: VersionRecord,
): Promise<Version> {
  await repository.requireBranch()
  const number = versions.length
  const parent = versions.at(-1)?.commit
  const time = Math.floor(Date.now() / 1000)
  const message = renderCommitMessage({ number, ...solution, ...record })
  const commit = await writeCommit(repository, { tree: solution.tree, parent, message, time })
  try {
    await updateRefs(repository, [
      `update ${BRANCH} ${commit} ${parent ?? NOTHING}`,
      toTag({ number, commit }),
    ])
  } catch (error) {
    const tip = (await readRefs(repository, [BRANCH])).get(BRANCH)
    throw tip === parent || tip === commit ? error : movedError(repository, tip, parent, error)
  }
  return { number, commit, ...solutionOf(solution), ...record, committedAt: toIsoTime(time) }
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

async function readOwn(repository: GitRepository, tip: string): Promise<Version[]> {
  return [...(await readBranchLog(repository, tip)).versions]
}

function newestTag(refs: ReadonlyMap<string, string>): { number: number; commit: string } | undefined {
  return [...refs]
    .filter(([name]) => name.startsWith(VERSION_TAG))
    .map(([name, commit]) => ({ number: Number(name.slice(VERSION_TAG.length)), commit }))
    .toSorted((a, b) => a.number - b.number)
    .at(-1)
}

async function leadsTo(repository: GitRepository, newer: string, older: string): Promise<boolean> {
  if (newer === older) return true
  const common = await repository.run(['merge-base', older, newer], { accept: [0, 1] })
  return common.trimEnd() === older
}

function toTag({ number, commit }: Pick<Version, 'number' | 'commit'>): string {
  return `create ${VERSION_TAG}${number} ${commit}`
}

/** Versions without a way to them from the branch: somebody gave them up, or moved it by accident; nothing is built over them. */
function takenOff(
  { directory }: GitRepository,
  refs: ReadonlyMap<string, string>,
  last: number,
  tip: string | undefined,
): AvoError {
  const [here] = [...refs].find(([name, commit]) => name.startsWith(VERSION_TAG) && commit === tip) ?? []
  const first = here === undefined ? 0 : Number(here.slice(VERSION_TAG.length)) + 1
  const tags = Array.from({ length: last - first + 1 }, (_, index) => `avo/v${first + index}`)
  return new AvoError(
    'storage',
    `main in ${directory} does not lead to the versions tagged ${tags.join(', ')}`,
    `If the branch was moved back by accident: git -C '${directory}' reset --soft avo/v${last}. To give these versions up, delete their tags: git -C '${directory}' tag -d ${tags.join(' ')}`,
  )
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
    'Run the same command again: it takes what is there to a branch of its own and goes on.',
    { cause },
  )
}
