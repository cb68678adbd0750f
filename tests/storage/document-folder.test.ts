import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDocumentFolder, writeDocumentFolder } from '../../src/storage/document-folder.ts'
import { temporaryDirectory } from './temporary-directory.ts'

test('a folder holds the documents that it is given and no others, and those that are the same are left alone', async () => {
  const folder = join(await temporaryDirectory(), 'lessons')
  await writeDocumentFolder(
    folder,
    new Map([
      ['a.md', 'one'],
      ['other/b.md', 'two'],
      ['gone/c.md', 'three'],
    ]),
  )
  const { ino } = await stat(join(folder, 'a.md'))
  await writeFile(join(folder, 'a.md.half.draft'), 'on')
  await writeDocumentFolder(
    folder,
    new Map([
      ['a.md', 'one'],
      ['other/b.md', 'changed'],
    ]),
  )
  expect((await stat(join(folder, 'a.md'))).ino).toBe(ino)
  expect(await readFile(join(folder, 'other/b.md'), 'utf8')).toBe('changed')
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  )
  expect(files.map(({ name }) => name).sort()).toEqual(['a.md', 'b.md'])
})

test('the Markdown in a folder itself is read, and nothing is where there is none', async () => {
  const folder = await temporaryDirectory()
  await writeDocumentFolder(
    folder,
    new Map([
      ['a.md', 'one'],
      ['b.txt', 'no'],
      ['.c.md', 'no'],
      ['deeper/d.md', 'no'],
    ]),
  )
  await mkdir(join(folder, 'e.md'))
  expect([...(await readDocumentFolder(folder))]).toEqual([['a.md', 'one']])
  expect(await readDocumentFolder(join(folder, 'missing'))).toEqual(new Map())
})
