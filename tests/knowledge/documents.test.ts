import { closeSync, mkdirSync, openSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listDocumentFiles } from '../../src/knowledge/document-folders.ts'
import { createTask } from './knowledge-task.ts'

test('binary, huge, hidden and temporary files are passed over', async () => {
  const task = await createTask({
    'kept.txt': 'text, ünïcödé',
    'picture.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]),
    'latin1.md': Buffer.from('caf\u00e9', 'latin1'),
    'huge.md': 'x'.repeat(1024 * 1024 + 1),
    '.hidden.md': 'x',
    '.git/config.md': 'x',
    'kept.txt~': 'x',
    'kept.txt.swp': 'x',
    'two\nlines.md': 'x',
    'unseen\u{e0165}\u{e0164}letters.md': 'x',
    'turned\u202eround.md': 'x',
  })

  expect(await (await task.open()).list()).toEqual([
    { document: 'knowledge-base/kept.txt', title: 'kept.txt' },
  ])
})

test('links are followed inside the folder, never out of it, and not round in circles', async () => {
  const task = await createTask({ 'real.md': '# Real\nx', 'deep/x.md': '# X\nx' })
  await writeFile(join(task.root, 'secret.md'), '# Secret')
  await mkdir(join(task.root, 'outside'))
  await writeFile(join(task.root, 'outside', 'secret.md'), '# Secret')
  await symlink(join(task.root, 'secret.md'), join(task.directory, 'file-out.md'))
  await symlink('../../outside', join(task.directory, 'deep', 'folder-out'))
  await symlink('real.md', join(task.directory, 'alias.md'))
  await symlink('nowhere', join(task.directory, 'dangling.md'))
  await symlink('..', join(task.directory, 'deep', 'circle'))
  const knowledge = await task.open()

  expect((await knowledge.list()).map(({ document }) => document)).toEqual([
    'knowledge-base/alias.md',
    'knowledge-base/deep/x.md',
    'knowledge-base/real.md',
  ])
  expect(await knowledge.read('knowledge-base/file-out.md', 1)).toBeNull()
})

test('a folder that is a file is an error that says which', async () => {
  const task = await createTask()
  await writeFile(task.directory, 'x')

  await expect(task.open()).rejects.toMatchObject({
    code: 'knowledge',
    message: expect.stringContaining(task.directory),
  })
})

test('a folder of very many files is listed whole', async () => {
  const { directory } = await createTask()
  mkdirSync(join(directory, 'many'), { recursive: true })
  // More than a function can be called with.
  for (let file = 0; file < 130_000; file++) closeSync(openSync(join(directory, 'many', `${file}.md`), 'w'))
  expect(await listDocumentFiles([{ directory, prefix: 'knowledge-base/' }])).toHaveLength(130_000)
})
