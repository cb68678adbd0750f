import { copyFile, mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AvoError, toMessage } from '../errors.ts'
import { runGit } from './git.ts'
import { EXACT_BYTES } from './git-repository.ts'
import { requirePortable } from './solution-files.ts'
import type { SeedSource } from './stored-lineage.ts'

/** A seed as files on the disk. */
export interface SeedFiles {
  readonly directory: string
  /** Whether all files are the seed's; otherwise those that its .gitignore files name, and what only machines write, are left out. */
  readonly complete: boolean
}

/** Gives the directory with a seed's files; what has to be brought together first goes to `scratch`, an empty directory. */
export async function collectSeed(source: SeedSource, scratch: string): Promise<SeedFiles> {
  const files = join(scratch, 'files')
  switch (source.kind) {
    case 'file':
      await requireKind(source.path, 'file')
      await mkdir(dirname(join(files, source.as)), { recursive: true })
      await copyFile(source.path, join(files, source.as))
      return { directory: files, complete: true }
    case 'directory':
      await requireKind(source.path, 'directory')
      return { directory: source.path, complete: false }
    case 'repository':
      await mkdir(files)
      await fetchFiles(source.url, source.ref ?? 'HEAD', join(scratch, 'repository'), files)
      return { directory: files, complete: true }
  }
}

/** Throws an `AvoError` (`task`) unless something in the seed may change, and all that may can be part of a solution. */
export function requireEditableSeed(
  directory: string,
  files: readonly string[],
  isEditable: (path: string) => boolean,
): void {
  const editable = files.filter(isEditable)
  if (editable.length === 0)
    throw new AvoError(
      'task',
      `none of the seed's ${files.length} files is editable, so nothing could ever change`,
      'Let the globs in editable (or solution_file) name the files that the agent may change.',
    )
  try {
    for (const path of editable) requirePortable(directory, path)
  } catch (error) {
    throw new AvoError('task', `the seed can't be used: ${toMessage(error)}`, '', { cause: error })
  }
}

async function requireKind(path: string, kind: 'file' | 'directory'): Promise<void> {
  const stats = await stat(path).catch(() => null)
  if (stats !== null && (kind === 'file' ? stats.isFile() : stats.isDirectory())) return
  throw new AvoError(
    'task',
    stats === null ? `the seed ${path} does not exist` : `the seed ${path} is not a ${kind}`,
    'Set seed or seed_file to what the run shall start from.',
  )
}

/** Writes a remote's files at a ref, byte for byte as they were committed. Its history is not fetched. */
async function fetchFiles(url: string, ref: string, repository: string, files: string): Promise<void> {
  await mkdir(join(repository, 'info'), { recursive: true })
  await writeFile(join(repository, 'info', 'attributes'), EXACT_BYTES)
  const call = { directory: files, repository }
  try {
    await runGit(['init', '--quiet', '--template=', '--bare', '.'], { directory: repository })
    await runGit(['fetch', '--quiet', '--depth=1', '--no-tags', '--', url, ref], call)
  } catch (error) {
    throw new AvoError(
      'task',
      `the seed ${url} (${ref}) can't be fetched: ${toMessage(error)}`,
      /^[0-9a-f]{4,39}$/i.test(ref)
        ? `If ${ref} is a commit, give the full commit id: git rev-parse ${ref} in a clone prints it.`
        : 'Check the address and the ref. Where it asks for a password, clone the repository yourself and give its path.',
      { cause: error },
    )
  }
  const entries = await runGit(['ls-tree', '-r', 'FETCH_HEAD'], call)
  if (/^160000 /m.test(entries))
    throw new AvoError(
      'task',
      `the seed ${url} has submodules, which a lineage can't keep`,
      'Copy its files and those of its submodules, without their .git, into a directory and make that the seed.',
    )
  await runGit(['read-tree', '--reset', '-u', 'FETCH_HEAD'], call)
}
