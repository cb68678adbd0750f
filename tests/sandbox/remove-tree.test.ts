import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { removeTree } from '../../src/sandbox/remove-tree.ts'

/** A directory with a neighbour, to which a link in it leads. */
function makeTree(): { readonly tree: string; readonly neighbour: string } {
  const parent = mkdtempSync(join(tmpdir(), 'avo-remove-'))
  onTestFinished(() => removeTree(parent))
  const [tree, neighbour] = [join(parent, 'tree'), join(parent, 'neighbour')]
  for (const directory of [tree, neighbour]) mkdirSync(directory)
  writeFileSync(join(neighbour, 'file'), 'kept')
  symlinkSync(neighbour, join(tree, 'link'))
  return { tree, neighbour }
}

test('removes directories that are closed to their owner, and nothing that a link leads to', async () => {
  const { tree, neighbour } = makeTree()
  mkdirSync(join(tree, 'closed', 'inner'), { recursive: true })
  writeFileSync(join(tree, 'closed', 'inner', 'file'), '')
  chmodSync(neighbour, 0o500)
  for (const path of ['closed/inner', 'closed', '.']) chmodSync(join(tree, path), 0)
  await removeTree(tree)
  expect([existsSync(tree), existsSync(join(neighbour, 'file'))]).toEqual([false, true])
})

test('removes what lies deeper than a path can be long', async () => {
  const { tree } = makeTree()
  const dig = "import os\nfor _ in range(30): os.mkdir('x' * 200); os.chdir('x' * 200)\nopen('file', 'w')"
  execFileSync('python3', ['-c', dig], { cwd: tree })
  await removeTree(tree)
  expect(existsSync(tree)).toBe(false)
})

test('nothing to remove is no error', async () => {
  await removeTree(join(makeTree().tree, 'missing'))
})
