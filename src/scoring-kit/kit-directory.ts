import { mkdir, rename, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * What a candidate's sandbox has to show of the kit, read-only: `$KIT` in what scorers ask the harness to start. It holds the
 * programs that run in a candidate's process and imports nothing from outside. Node strips no types below `node_modules`: an
 * installed kit is the one in `dist`.
 */
export const KIT_DIRECTORY = import.meta.dirname

/** Belongs on a scorer's `PYTHONPATH`: there `import avo_scoring` finds the Python kit. */
export const PYTHON_KIT_DIRECTORY = join(KIT_DIRECTORY, 'python')

/**
 * Lets modules below a directory import `avo/scoring`, wherever avo is installed: a package `node_modules/avo` is written
 * there that stands for the kit of this very avo.
 */
export async function provideScoringKit(directory: string): Promise<void> {
  const entry = join(KIT_DIRECTORY, `scoring${extname(import.meta.filename)}`)
  const target = join(directory, 'node_modules', 'avo')
  await mkdir(target, { recursive: true })
  await replaceFile(
    join(target, 'package.json'),
    JSON.stringify({ name: 'avo', type: 'module', exports: { './scoring': './scoring.js' } }),
  )
  await replaceFile(
    join(target, 'scoring.js'),
    `export * from ${JSON.stringify(pathToFileURL(entry).href)}\n`,
  )
  await replaceFile(join(target, 'scoring.d.ts'), `export * from ${JSON.stringify(entry)}\n`)
  // The paths are those of this machine.
  await replaceFile(join(target, '.gitignore'), '*\n')
}

/**
 * Does the same for the directory that scorers' snapshots lie in, and makes it a package of its own: what a scorer imports
 * must not depend on a `package.json` that is no part of it, such as that of avo itself for an example that runs in place.
 */
export async function prepareSnapshots(directory: string): Promise<void> {
  await provideScoringKit(directory)
  await replaceFile(join(directory, 'package.json'), '{ "private": true }\n')
}

/** At once: several processes may do so at a time. */
async function replaceFile(path: string, content: string): Promise<void> {
  const fresh = `${path}.${process.pid}`
  await writeFile(fresh, content)
  await rename(fresh, path)
}
