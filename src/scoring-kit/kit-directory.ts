import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * What a candidate's sandbox has to show of the kit, read-only: `$KIT` in what scorers ask the harness to start. It holds the
 * programs that run in a candidate's process and imports nothing from outside. Always the built kit: it is what a scorer
 * gets by `avo/scoring`, also from a checkout, and scorer and candidate must have the same.
 */
export const KIT_DIRECTORY = join(import.meta.dirname, '..', '..', 'dist', 'scoring-kit')

/** Belongs on a scorer's `PYTHONPATH`: there `import avo_scoring` finds the Python kit. */
export const PYTHON_KIT_DIRECTORY = join(KIT_DIRECTORY, 'python')

/**
 * Lets modules below a directory import `avo/scoring`, wherever avo is installed: a package `node_modules/avo` is written
 * there that stands for the kit of this very avo, types included. Several processes may do so at a time.
 */
export async function provideScoringKit(directory: string): Promise<void> {
  const entry = join(KIT_DIRECTORY, 'scoring.js')
  const files = {
    'package.json': JSON.stringify({ name: 'avo', type: 'module', exports: { './scoring': './scoring.js' } }),
    'scoring.js': `export * from ${JSON.stringify(pathToFileURL(entry).href)}\n`,
    'scoring.d.ts': `export * from ${JSON.stringify(entry)}\n`,
    // The paths are those of this machine.
    '.gitignore': '*\n',
  }
  const target = join(directory, 'node_modules', 'avo')
  await mkdir(target, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    const fresh = join(target, `.${name}.${process.pid}`)
    await writeFile(fresh, content)
    await rename(fresh, join(target, name))
  }
}
