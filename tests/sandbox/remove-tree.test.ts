import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chdir, cwd } from 'node:process'
import { expect, onTestFinished, test } from 'vitest'
import { removeTree } from '../../src/sandbox/remove-tree.ts'

test('removes what is deeper than a path can be long, what has no permissions, and no link’s target', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'avo-kept-'))
  onTestFinished(() => removeTree(outside))
  writeFileSync(join(outside, 'kept'), '')
  chmodSync(join(outside, 'kept'), 0o600)
  const directory = mkdtempSync(join(tmpdir(), 'avo-removed-'))
  symlinkSync(outside, join(directory, 'link'))
  mkdirSync(join(directory, 'closed/inside'), { recursive: true })
  for (const path of ['closed/inside', 'closed']) chmodSync(join(directory, path), 0)
  const here = cwd()
  onTestFinished(() => chdir(here))
  chdir(directory)
  for (let depth = 0; depth < 1_000; depth++) {
    mkdirSync('one-directory-more')
    chdir('one-directory-more')
  }
  chdir(here)

  await removeTree(directory)

  expect(existsSync(directory)).toBe(false)
  expect(existsSync(join(outside, 'kept'))).toBe(true)
  await removeTree(directory)
})
