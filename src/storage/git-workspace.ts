import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AvoError, toMessage } from '../errors.ts'
import type { Workspace } from '../lineage.ts'
import { createQueue } from '../queue.ts'
import type { GitRepository } from './git-repository.ts'
import { createLocator, removeSpecialFiles, requirePortable } from './solution-files.ts'

export interface GitWorkspaceOptions {
  readonly repository: GitRepository
  /** A file for an index of our own. */
  readonly index: string
  /** A directory for what nobody misses after a crash. */
  readonly scratch: string
  isEditable(path: string): boolean
  /** The last version's tree; undefined before there is one. */
  head(): string | undefined
}

/**
 * The agent's working copy. What it holds is read into an index of our own, so that neither the person's nor the agent's
 * use of git in the workspace changes what a solution is. The index is kept between calls: unchanged files aren't read
 * again. It is first touched when it is first needed, so a process that only reads versions disturbs nobody.
 */
export function createGitWorkspace(options: GitWorkspaceOptions): Workspace {
  const { repository, index, scratch, isEditable } = options
  const { directory, run } = repository
  const inTurn = createQueue()
  let begun = false

  /** Runs what uses the index, one after the other. */
  function withIndex<Result>(use: () => Promise<Result>): Promise<Result> {
    return inTurn(async () => {
      await rm(`${index}.lock`, { force: true })
      if (!begun) await begin(options.head())
      begun = true
      return use()
    })
  }

  return {
    directory,
    isEditable,
    snapshot: () =>
      withIndex(async () => {
        await stage(requireSolutionFiles)
        return writeTree()
      }),
    restore: (tree) =>
      withIndex(async () => {
        await stage((paths) => removeSpecialFiles(directory, paths.filter(isEditable)))
        await run(['read-tree', '--reset', '-u', await writeTree(), requireTree(tree)], { index })
      }),
    async export(tree, target) {
      const exportIndex = join(scratch, `index-${randomUUID()}`)
      try {
        await run(['read-tree', '--reset', '-u', requireTree(tree)], {
          directory: target,
          index: exportIndex,
        })
      } finally {
        await rm(exportIndex, { force: true })
      }
    },
    diff: (from, to) =>
      run([
        'diff-tree',
        '-r',
        '-p',
        '--no-color',
        '--no-ext-diff',
        '--no-textconv',
        '--no-renames',
        requireTree(from),
        requireTree(to),
      ]),
    async readFile(tree, path) {
      // Git takes the first as two questions and the second as relative to the working directory.
      if (/\n|^\.\.?\//.test(path)) return null
      const found = await run(['cat-file', '--batch'], { input: `${requireTree(tree)}:${path}\n` })
      const end = found.indexOf('\n')
      return / blob \d+$/.test(found.slice(0, end)) ? found.slice(end + 1, -1) : null
    },
  }

  /** Starts from the last version: what is in its tree is part of every solution unless it is editable. */
  async function begin(tree: string | undefined): Promise<void> {
    if (tree === undefined) return rm(index, { force: true })
    try {
      await run(['read-tree', '--reset', tree], { index })
    } catch {
      // A power cut can leave the index unreadable. It holds nothing that the tree doesn't.
      await rm(index, { force: true })
      await run(['read-tree', tree], { index })
    }
    await repository.tidyIndex()
  }

  /** Brings the index up to date with the editable files. Ignored files that are not in it yet stay out. */
  async function stage(check: (paths: readonly string[]) => void): Promise<void> {
    const listing = await run(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { index })
    const paths = [...new Set(listing.split('\0'))].filter((path) => path !== '')
    check(paths)
    const files = paths.filter((path) => !path.endsWith('/') && isEditable(path))
    const { here, elsewhere } = Object.groupBy(files, createLocator(directory))
    if (elsewhere !== undefined) await update(elsewhere, ['--force-remove'])
    if (here !== undefined) await update(here, ['--add', '--remove', '--replace'])
  }

  async function update(files: readonly string[], options: readonly string[]): Promise<void> {
    try {
      const input = files.map((file) => `${file}\0`).join('')
      await run(['update-index', ...options, '-z', '--stdin'], { index, input })
    } catch (error) {
      if (!/open\(".*"\): Permission denied/.test(toMessage(error))) throw error
      throw new Error(`a file of the solution can't be read: ${toMessage(error)}`, { cause: error })
    }
  }

  async function writeTree(): Promise<string> {
    return (await run(['write-tree'], { index })).trimEnd()
  }

  /** Throws an error that the agent can act on where a file can't be part of a solution. */
  function requireSolutionFiles(paths: readonly string[]): void {
    for (const path of paths) {
      if (path.endsWith('/')) requireNoRepository(path)
      else if (isEditable(path)) requirePortable(directory, path)
    }
  }

  /** Git lists a directory only when it is a repository of its own, and then none of the files in it. */
  function requireNoRepository(path: string): void {
    const inside = readdirSync(join(directory, path), { recursive: true, encoding: 'utf8' })
    if (inside.some((name) => isEditable(path + name)))
      throw new Error(
        `${path} is a git repository of its own, so its files can't be part of a solution: remove ${path}.git`,
      )
  }
}

function requireTree(tree: string): string {
  if (/^[0-9a-f]{40,64}$/.test(tree)) return tree
  throw new AvoError('storage', `'${tree}' is not the id of a tree`)
}
