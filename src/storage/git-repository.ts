import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AvoError, toMessage } from '../errors.ts'
import { replaceFile } from './durable-file.ts'
import { type GitCall, runGit } from './git.ts'
import type { LineageOptions } from './stored-lineage.ts'

/** The workspace's own repository. */
export interface GitRepository {
  /** The workspace: absolute, links resolved. */
  readonly directory: string
  /** Runs git on this repository. */
  run(args: readonly string[], call?: Partial<GitCall>): Promise<string>
  /** Throws an `AvoError` (`storage`) unless the branch that holds the lineage is checked out. */
  requireBranch(): Promise<void>
  /**
   * Makes the repository's own index agree with the branch, so that `git status` shows a person the real edits and no
   * others. Where their git holds the index at this moment, the next call does it.
   */
  tidyIndex(): Promise<void>
  /** Keeps files of these names (git's patterns) out of snapshots and of what `git status` shows, and no others. */
  exclude(patterns: readonly string[]): Promise<void>
}

export const BRANCH = 'refs/heads/main'

/** For `info/attributes`: nothing in the tree may change a file's bytes on the way in or out, or hide it from a diff. */
export const EXACT_BYTES =
  '* -text !eol !crlf !filter -ident !working-tree-encoding -export-ignore -export-subst !diff\n'

/** After this a lock of git's was left by a process that died. */
const STALE_LOCK_MS = 600_000

/** Opens the workspace's repository, or begins it in a directory that is empty. Nobody else's is ever taken over. */
export async function openGitRepository(options: LineageOptions): Promise<GitRepository> {
  const { project } = options
  await mkdir(options.directory, { recursive: true })
  const directory = await realpath(options.directory)
  const gitDirectory = join(directory, '.git')
  const run: GitRepository['run'] = (args, call) =>
    runGit(args, { directory, repository: gitDirectory, ...call })

  const names = await readdir(directory)
  if (!names.includes('.git')) {
    if (names.length > 0) throw notOurs(directory, 'it holds files already')
    await runGit(['init', '--quiet', '--template=', '--initial-branch=main', '.'], { directory })
  }
  if (!(await stat(gitDirectory)).isDirectory())
    throw notOurs(directory, 'it is the working tree of another repository')

  const owner = (await run(['config', '--get', 'avo.project'], { accept: [0, 1] })).trimEnd()
  if (owner === '') await claim(names.some((name) => name !== '.git'))
  else if (owner !== project)
    throw new AvoError(
      'storage',
      `${directory} is the workspace of the project '${owner}', not of '${project}'`,
      `Set workspace_dir to another directory, or project_name back. If the project was renamed: git -C '${directory}' config avo.project '${project}'`,
    )
  await mkdir(join(gitDirectory, 'info'), { recursive: true })
  await settle(join(gitDirectory, 'info', 'attributes'), EXACT_BYTES)
  await removeStaleLocks(gitDirectory)
  return {
    directory,
    run,
    requireBranch,
    tidyIndex,
    exclude: (patterns) => settle(join(gitDirectory, 'info', 'exclude'), `${patterns.join('\n')}\n`),
  }

  /** Marks a repository that nothing was ever put into as ours. */
  async function claim(hasFiles: boolean): Promise<void> {
    const refs = await run(['for-each-ref', '--count=1'])
    if (hasFiles || refs !== '') throw notOurs(directory, 'it is a git repository that avo did not make')
    await run(['config', 'core.autocrlf', 'false'])
    await run(['config', 'avo.project', project])
  }

  async function tidyIndex(): Promise<void> {
    try {
      await run(['read-tree', '--reset', BRANCH])
    } catch (error) {
      if (!toMessage(error).includes('index.lock')) throw error
    }
  }

  async function requireBranch(): Promise<void> {
    const head = (await readFile(join(gitDirectory, 'HEAD'), 'utf8').catch(() => 'no repository')).trim()
    if (head === `ref: ${BRANCH}`) return
    throw new AvoError(
      'storage',
      `the workspace ${directory} has ${head.replace(/^ref: refs\/heads\//, 'the branch ')} checked out, the lineage is on main`,
      `Put away what you changed and run \`git -C '${directory}' switch main\`.`,
    )
  }
}

/** Writes a file unless it says so already: another process may be reading it. */
async function settle(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => null)) !== text) replaceFile(file, text)
}

async function removeStaleLocks(gitDirectory: string): Promise<void> {
  for (const name of ['index.lock', 'HEAD.lock', `${BRANCH}.lock`, 'packed-refs.lock']) {
    const lock = join(gitDirectory, name)
    if (existsSync(lock) && Date.now() - (await stat(lock)).mtimeMs > STALE_LOCK_MS)
      await rm(lock, { force: true })
  }
}

function notOurs(directory: string, why: string): AvoError {
  return new AvoError(
    'storage',
    `${directory} can't be the workspace: ${why}`,
    'Set workspace_dir to a directory that does not exist yet or is empty; what is there stays untouched.',
  )
}
