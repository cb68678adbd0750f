import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AvoError } from '../errors.ts'
import type { Version } from '../lineage.ts'
import { disarmMail } from './disarm-mail.ts'
import { type GitCall, type Identity, runGit } from './git.ts'
import { EXACT_BYTES } from './git-repository.ts'
import { askPerson, findBase, type PersonRepository } from './person-repository.ts'
import { holdsAll, parseTreeListing, renderIndexChanges, type TreeListing } from './tree-listing.ts'

/** A version's files, and the message that goes with them. */
export interface ExportStep {
  readonly version: Version
  readonly message: string
}

export interface ExportOptions {
  /** Where the lineage's objects are: the workspace's `.git/objects`. */
  readonly lineageObjects: string
  /** Null where the seed lies in no repository: the commits are then made on top of the seed alone. */
  readonly repository: PersonRepository | null
  /** Commits of that repository that the seed may be from, the likeliest first, in git's words. */
  readonly startsAt: readonly string[]
  /** The seed, for where no commit has its files. */
  readonly seed: ExportStep
  /** Oldest first, one at least. */
  readonly steps: readonly ExportStep[]
  /** Where a file of the lineage belongs in that repository. */
  readonly place: (path: string) => string
  /** Author and committer; avo itself where it is null. */
  readonly identity: Identity | null
  /** An empty directory: everything is made there. */
  readonly scratch: string
}

/** Commits that wait in a scratch repository to be taken from it. */
export interface LineageExport {
  /** The commit of the person's that they come after; null where there is none. */
  readonly base: string | null
  /** Whether the first commit brings the seed itself, because no commit of the person's has its files as they were. */
  readonly bringsSeed: boolean
  /** Ids, oldest first. */
  readonly commits: readonly string[]
  /** Makes them a new branch. Throws an `AvoError` (`usage`) where there is one of that name. */
  createBranch(name: string): Promise<void>
  /** The same as mails, which `git am` takes. */
  renderPatch(): Promise<string>
}

const NOTHING: TreeListing = new Map()
const EXPORTED = 'refs/heads/export'

/**
 * Puts versions on top of the commit of the person's that has the seed's files, and checks every one against the lineage.
 * The person's repository lends its objects; nothing is written there before `createBranch`, which makes a branch and
 * touches nothing else. Files of theirs beside the solution stay as they are.
 */
export async function exportLineage(options: ExportOptions): Promise<LineageExport> {
  const { repository, place, scratch, identity } = options
  const ownRepository = join(scratch, 'export.git')
  const git = (args: readonly string[], call?: Partial<GitCall>): Promise<string> =>
    runGit(args, { directory: scratch, repository: ownRepository, index: join(scratch, 'index'), ...call })
  const list = async (tree: string): Promise<TreeListing> =>
    parseTreeListing(await git(['ls-tree', '-r', '-z', '--full-tree', tree]))
  const listPlaced = async ({ tree }: Version): Promise<TreeListing> =>
    new Map([...(await list(tree))].map(([path, entry]) => [place(path), entry]))

  await openScratchRepository(ownRepository, options)
  const seed = await listPlaced(options.seed.version)
  const base = repository === null ? null : await findBase(repository, options.startsAt, seed)
  const bringsSeed = !base?.hasFiles
  const before = base === null ? NOTHING : await list(base.commit)
  const beside = [...before].filter(([path]) => !seed.has(path))
  await git(['read-tree', base?.commit ?? '--empty'])

  const commits: string[] = []
  let current: TreeListing = new Map([...before].filter(([path]) => seed.has(path)))
  for (const { version, message } of bringsSeed ? [options.seed, ...options.steps] : options.steps) {
    const wanted = await listPlaced(version)
    const changes = renderIndexChanges(current, wanted)
    await git(['update-index', '--replace', '-z', '--index-info'], { input: changes })
    const tree = (await git(['write-tree', '--missing-ok'])).trimEnd()
    requireEqual(await list(tree), new Map([...beside, ...wanted]), version)
    commits.push(await commit(tree, commits.at(-1) ?? base?.commit, message, version.committedAt))
    current = wanted
  }
  const tip = commits.at(-1) ?? ''

  return {
    base: base?.commit ?? null,
    bringsSeed,
    commits,
    async createBranch(name) {
      if (repository === null) throw new Error('a branch needs a repository')
      const branch = await requireNewBranch(repository, name)
      await git(['update-ref', EXPORTED, tip])
      const alone = ['--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--no-prune']
      await askPerson(repository, ['fetch', '--quiet', ...alone, '--', ownRepository, EXPORTED])
      await askPerson(repository, ['update-ref', '-m', 'avo export', branch, tip, '0'.repeat(40)])
    },
    renderPatch() {
      // Without a repository the seed is what the patch is applied to.
      const after = repository === null ? commits[0] : base?.commit
      const range = after === undefined ? ['--root', tip] : [`${after}..${tip}`]
      return git(['format-patch', '--stdout', '--no-signature', '--no-renames', '--binary', ...range])
    },
  }

  async function commit(
    tree: string,
    parent: string | undefined,
    message: string,
    committedAt: string,
  ): Promise<string> {
    const parents = parent === undefined ? [] : ['-p', parent]
    const time = Math.floor(Date.parse(committedAt) / 1000)
    const author = identity === null ? { time } : { time, identity }
    return (await git(['commit-tree', tree, ...parents], { ...author, input: disarmMail(message) })).trimEnd()
  }
}

/** A bare repository that sees the objects of both sides and has none of its own. */
async function openScratchRepository(
  path: string,
  { lineageObjects, repository, scratch }: ExportOptions,
): Promise<void> {
  await runGit(['init', '--quiet', '--template=', '--bare', path], { directory: scratch })
  await mkdir(join(path, 'info'), { recursive: true })
  await writeFile(join(path, 'info', 'attributes'), EXACT_BYTES)
  const borrowed = [lineageObjects, ...(repository === null ? [] : [repository.objectsDirectory])]
  await writeFile(join(path, 'objects', 'info', 'alternates'), borrowed.map((line) => `${line}\n`).join(''))
  if (repository !== null)
    await copyFile(repository.shallowFile, join(path, 'shallow')).catch(() => undefined)
}

async function requireNewBranch(repository: PersonRepository, name: string): Promise<string> {
  const branch = `refs/heads/${name}`
  try {
    await askPerson(repository, ['check-ref-format', '--branch', name])
  } catch (cause) {
    throw new AvoError('usage', `'${name}' can't be the name of a branch`, '', { cause })
  }
  const found = await askPerson(repository, ['for-each-ref', '--format=%(refname)', branch])
  if (!found.split('\n').includes(branch)) return branch
  throw new AvoError(
    'usage',
    `there is a branch ${name} in ${repository.directory} already`,
    'Name another one: avo moves none of yours.',
  )
}

/** The last word before anything leaves: what would be brought over is what was measured. */
function requireEqual(actual: TreeListing, expected: TreeListing, { number }: Version): void {
  if (actual.size === expected.size && holdsAll(actual, expected)) return
  const wrong = [...expected.keys(), ...actual.keys()].find((path) => actual.get(path) !== expected.get(path))
  throw new AvoError(
    'storage',
    `v${number} can't be brought over as it is: ${wrong} would not be what was measured`,
    'Where a file of yours lies in the place of a directory of the lineage, or the other way round, move it, commit, and export again.',
  )
}
