import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AvoError, toMessage } from '../errors.ts'
import { replaceFile } from './durable-file.ts'
import { type GitCall, runGit } from './git.ts'
import { settleRepository } from './git-locks.ts'
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

/** Opens the workspace's repository, or begins it in a directory that is empty. Nobody else's is ever taken over. */
export async function openGitRepository(options: LineageOptions): Promise<GitRepository> {
  const { project } = options
  await mkdir(options.directory, { recursive: true })
  const directory = await realpath(options.directory)
  if (options.writer) await settleRepository(directory)
  const gitDirectory = join(directory, '.git')
  const run: GitRepository['run'] = (args, call) =>
    runGit(args, { directory, repository: gitDirectory, ...call })

  const names = await readdir(directory)
  const files = names.filter((name) => name !== '.git')
  if (!names.includes('.git') && files.length > 0) throw notOurs(directory, 'it holds files already')
  if (files.length === 0 && !isBegun(gitDirectory)) {
    await runGit(['init', '--quiet', '--template=', '--initial-branch=main', '.'], { directory })
  }
  if (!(await stat(gitDirectory)).isDirectory())
    throw notOurs(directory, 'it is the working tree of another repository')

  const owner = (await run(['config', '--get', 'avo.project'], { accept: [0, 1] })).trimEnd()
  if (owner === '') await claim(files.length > 0)
  else if (owner !== project)
    throw new AvoError(
      'storage',
      `${directory} is the workspace of the project '${owner}', not of '${project}'`,
      `Set workspace_dir to another directory, or project_name back. If the project was renamed: git -C '${directory}' config avo.project '${project}'`,
    )
  await mkdir(join(gitDirectory, 'info'), { recursive: true })
  await settle(join(gitDirectory, 'info', 'attributes'), EXACT_BYTES)
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

/** Whether a repository was made, and not left half made by a crash or a full disk. */
function isBegun(gitDirectory: string): boolean {
  return ['HEAD', 'config', 'objects', 'refs'].every((name) => existsSync(join(gitDirectory, name)))
}

/** Writes a file unless it says so already: another process may be reading it. */
async function settle(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => null)) !== text) replaceFile(file, text)
}

function notOurs(directory: string, why: string): AvoError {
  return new AvoError(
    'storage',
    `${directory} can't be the workspace: ${why}`,
    'Set workspace_dir to a directory that does not exist yet or is empty; what is there stays untouched.',
  )
}
