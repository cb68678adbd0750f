import { join } from 'node:path'
import { AvoError } from '../errors.ts'
import type { GitRepository } from './git-repository.ts'
import { collectSeed, requireEditableSeed } from './seed-files.ts'
import type { SeedSource } from './stored-lineage.ts'

/** Reads the person's seed into the repository and gives its tree. `scratch` is an empty directory for what it needs. */
export async function writeSeedTree(
  repository: GitRepository,
  source: SeedSource,
  scratch: string,
  isEditable: (path: string) => boolean,
): Promise<string> {
  const { directory, complete } = await collectSeed(source, scratch)
  const call = { directory, index: join(scratch, 'index') }
  const excludes = complete ? [] : ['--exclude-standard']
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
