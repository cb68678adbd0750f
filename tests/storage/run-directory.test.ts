import { chmod, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openRunDirectory, toRunDirectory } from '../../src/storage/run-directory.ts'
import { git } from './hostile-git.ts'
import { temporaryDirectory } from './temporary-directory.ts'

it('creates the directories of a run, hidden from the repository they lie in', async () => {
  const task = await temporaryDirectory()
  git(task, 'init', '--quiet')
  const paths = await openRunDirectory(join(task, '.avo'))
  await writeFile(paths.events, '')
  expect(await openRunDirectory(join(task, '.avo'))).toEqual(paths)
  expect((await readdir(paths.directory)).toSorted()).toEqual([
    '.gitignore',
    'events.jsonl',
    'outputs',
    'tmp',
  ])
  expect(git(task, 'status', '--porcelain')).toBe('')
})

it('names paths without making them', async () => {
  const paths = toRunDirectory(join(await temporaryDirectory(), 'nothing'))
  await expect(stat(paths.directory)).rejects.toThrow()
})

it('says what to do where it may not write', async () => {
  const file = join(await temporaryDirectory(), 'a-file')
  await writeFile(file, '')
  await chmod(file, 0o444)
  await expect(openRunDirectory(join(file, '.avo'))).rejects.toMatchObject({
    code: 'storage',
    hint: expect.stringContaining('log_dir'),
  })
})
