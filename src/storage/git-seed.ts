import { join } from 'node:path'
import { AvoError } from '../errors.ts'
import type { GitRepository } from './git-repository.ts'
import { collectSeed, requireEditableSeed } from './seed-files.ts'
import type { SeedSource } from './stored-lineage.ts'

export interface GitSeedOptions {
  /** An empty directory for what it needs. */
  readonly scratch: string
  /** Names that are left out of a directory, as git's patterns. */
  readonly droppings: readonly string[]
  isEditable(path: string): boolean
}

/** Reads the person's seed into the repository and gives its tree. */
export async function writeSeedTree(
  repository: GitRepository,
  source: SeedSource,
  { scratch, droppings, isEditable }: GitSeedOptions,
): Promise<string> {
  const { directory, complete } = await collectSeed(source, scratch)
  const call = { directory, index: join(scratch, 'index') }
  // Not --exclude-standard: what the repository excludes says nothing about a seed.
  const excludes = complete
    ? []
    : ['--exclude-per-directory=.gitignore', ...droppings.map((name) => `--exclude=${name}`)]
  const listing = await repository.run(['ls-files', '-z', '--others', ...excludes], call)
  const files = listing.split('\0').filter((path) => path !== '')
  requireNoRepositories(directory, files)
  requireEditableSeed(directory, files, isEditable)
  const input = files.map((file) => `${file}\0`).join('')
  await repository.run(['update-index', '--add', '-z', '--stdin'], { ...call, input })
  return (await repository.run(['write-tree'], call)).trimEnd()
}

function requireNoRepositories(directory: string, files: readonly string[]): void {
  const nested = files.filter((path) => path.endsWith('/'))
  if (nested.length === 0) return
  throw new AvoError(
    'task',
    `the seed ${directory} holds git repositories of their own: ${nested.join(', ')}`,
    'Make the seed a directory without them: copy the files that it needs from them, without their .git.',
  )
}
