import { realpath } from 'node:fs/promises'
import { AvoError, toMessage } from '../errors.ts'
import { type GitCall, type Identity, runGit } from './git.ts'
import { holdsAll, parseTreeListing, type TreeListing } from './tree-listing.ts'

/** A repository of the person's own, found from a directory in it. Looked at, and never worked in. */
export interface PersonRepository {
  /** Where it was looked for: absolute, links resolved. */
  readonly directory: string
  /** Its `.git`, or that of the worktree. */
  readonly gitDirectory: string
  readonly objectsDirectory: string
  /** The file that says where the history of a shallow clone ends; it need not exist. */
  readonly shallowFile: string
  /** Where in the repository the directory lies: empty at the top, else with a slash at the end. */
  readonly prefix: string
}

/** A commit that others are put on top of. */
export interface Base {
  readonly commit: string
  /** Whether it has the files that were looked for, the same to the byte. */
  readonly hasFiles: boolean
}

/** How far back the commit is looked for that has some files. */
const MAX_COMMITS = 500

/** The repository that a directory lies in; null where it lies in none. Throws an `AvoError` (`usage`) where its ids are not sha1. */
export async function findPersonRepository(path: string): Promise<PersonRepository | null> {
  const directory = await realpath(path)
  const wanted = [
    '--absolute-git-dir',
    '--git-path',
    'objects',
    '--git-path',
    'shallow',
    '--show-object-format',
  ]
  try {
    const options = ['--path-format=absolute', ...wanted, '--show-prefix']
    const answers = (await runGit(['rev-parse', ...options], { directory })).split('\n')
    const [gitDirectory = '', objectsDirectory = '', shallowFile = '', format = '', prefix = ''] = answers
    if (format === 'sha1') return { directory, gitDirectory, objectsDirectory, shallowFile, prefix }
    throw new AvoError(
      'usage',
      `the repository of ${directory} has ids of ${format}, the lineage has sha1`,
      'Name a repository with sha1 ids, or apply the diffs that avo show prints.',
    )
  } catch (error) {
    if (toMessage(error).includes('not a git repository')) return null
    throw error
  }
}

/** Runs git on a person's repository. */
export function askPerson(
  { directory, gitDirectory }: PersonRepository,
  args: readonly string[],
  call?: Partial<GitCall>,
): Promise<string> {
  return runGit(args, { directory, repository: gitDirectory, ...call })
}

/** Who the person is to git in a directory; null where they never said. */
export async function readIdentity(directory: string): Promise<Identity | null> {
  const setting = async (key: string): Promise<string> =>
    (await runGit(['config', '--get', key], { directory, personal: true, accept: [0, 1] })).trim()
  const name = process.env['GIT_AUTHOR_NAME'] || (await setting('user.name'))
  const email = process.env['GIT_AUTHOR_EMAIL'] || (await setting('user.email'))
  return name === '' || email === '' ? null : { name, email }
}

/** The newest commit, of those named and their history, that has some files; else the first one named. Null where none exists. */
export async function findBase(
  repository: PersonRepository,
  names: readonly string[],
  files: TreeListing,
): Promise<Base | null> {
  const starts: string[] = []
  for (const name of names) starts.push(...(await resolveCommit(repository, name)))
  const [first] = starts
  if (first === undefined) return null
  const { prefix } = repository
  const below = prefix === '' ? [] : [prefix]
  const history = ['--literal-pathspecs', 'rev-list', `--max-count=${MAX_COMMITS}`, first, '--', ...below]
  const older = (await askPerson(repository, history)).split('\n').filter((line) => line !== '')
  for (const commit of new Set([...starts, ...older])) {
    const listing = await askPerson(repository, ['ls-tree', '-r', '-z', '--full-tree', commit, ...below])
    if (holdsAll(parseTreeListing(listing), files)) return { commit, hasFiles: true }
  }
  return { commit: first, hasFiles: false }
}

async function resolveCommit(repository: PersonRepository, name: string): Promise<readonly string[]> {
  const question = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]
  const id = (await askPerson(repository, question, { accept: [0, 1] })).trimEnd()
  return id === '' ? [] : [id]
}
