import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FOLD_MODULES } from '../../src/storage/fold-snapshot.ts'

const src = join(import.meta.dirname, '..', '..', 'src')

/** The modules that a module runs code of, itself included. */
function modulesBehind(name: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(name)) return known
  known.add(name)
  const text = readFileSync(join(src, `${name}.ts`), 'utf8')
  for (const [, other = ''] of text.matchAll(/^import (?!type )[^;]*? from '\.\/([\w-]+)\.ts'$/gm))
    modulesBehind(other, known)
  return known
}

test('a snapshot is not ours where any code that folds is another', () => {
  // Of the journal only the name of a file is used, which is part of every event that it is compared with.
  const behind = modulesBehind('run-fold').difference(new Set(['journal']))
  expect([...behind].filter((name) => !FOLD_MODULES.includes(name))).toEqual([])
  expect(behind.size).toBeGreaterThan(8)
})
