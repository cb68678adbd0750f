import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A task's directory with an avo.yaml, a seed and a scorer, removed after the test. */
export function makeTask(yaml: string, files: Readonly<Record<string, string>> = {}): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'avo-config-')))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const all = {
    'avo.yaml': yaml,
    'seed/sort.mjs': '',
    'scorer/score.mjs': '',
    'knowledge-base/a.md': '',
    ...files,
  }
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
  return directory
}
