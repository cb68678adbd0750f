import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createPdf, ENCRYPTED_PDF } from '../knowledge/pdf-file.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo } from './avo.ts'
import { play, submission } from './finished-task.ts'

const TASK = {
  ...NUMBER_TASK,
  'knowledge-base/quokkas.md': '# Quokkas\n\n## Where\nQuokkas live on Rottnest.\n',
  'new/tiles.html': '<h1>Tiles</h1><p>Wombats dig tiles.',
  'new/picture.png': 'a\0b',
}

test('list has the documents of the task and those that come along', async () => {
  const cwd = await makeTask(TASK)
  const [list, json] = await Promise.all(
    [['list'], ['list', '--json']].map((args) => avo(['knowledge', ...args], { cwd })),
  )
  expect(list?.stdout).toMatch(/^avo\/numpy\.md +NumPy: /m)
  expect(list?.stdout).toMatch(/^knowledge-base\/quokkas\.md +Quokkas$/m)
  expect(JSON.parse(json?.stdout ?? '')).toContainEqual({
    document: 'knowledge-base/quokkas.md',
    title: 'Quokkas',
  })
})

test('search shows the passages that the agent would find, and makes nothing in the task', async () => {
  const cwd = await makeTask(TASK)
  const { exitCode, stdout } = await avo(['knowledge', 'search', 'where do quokkas live?'], { cwd })
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(
    /^knowledge-base\/quokkas\.md:3-4 {2}Quokkas > Where\n\n {2}## Where\n {2}Quokkas live/,
  )
  const json = await avo(['knowledge', 'search', 'quokkas', '--limit', '1', '--json'], { cwd })
  expect(JSON.parse(json.stdout)).toMatchObject([{ document: 'knowledge-base/quokkas.md', lines: [3, 4] }])
  expect(await readdir(cwd)).not.toContain('.avo')
})

test('search keeps to a folder, a glob or a heading', async () => {
  const cwd = await makeTask(TASK)
  const search = async (...args: readonly string[]) =>
    (await avo(['knowledge', 'search', 'quokkas', ...args], { cwd })).stdout
  expect(await search('--in', 'knowledge-base/*.md', '--heading', 'where')).toMatch(
    /^knowledge-base\/quokkas/,
  )
  expect(await search('--in', 'knowledge-base', '--heading', 'whither')).toBe('Nothing was found.\n')
  expect(await search('--in', 'avo')).toMatch(/^avo\//)
})

test.each([
  ['--in', '', 'it takes a document, a folder or a glob'],
  ['--in', '/', 'it takes a document, a folder or a glob'],
  ['--heading', ' ', 'it takes words of a heading'],
])('search refuses %s %j', async (option, value, message) => {
  const cwd = await makeTask(TASK)
  const { exitCode, stdout, stderr } = await avo(['knowledge', 'search', 'quokkas', option, value], { cwd })
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain(`option '${option} <`)
  expect(stderr).toContain(message)
})

test('list and stats need no key; a search, which embeds the query, does', async () => {
  const cwd = await makeTask({
    ...TASK,
    'avo.yaml': NUMBER_TASK['avo.yaml']?.replace('builtin', 'openai, model: gpt-5') ?? '',
  })
  const ask = (...args: readonly string[]) => avo(['knowledge', ...args], { cwd })
  expect((await ask('list')).stdout).toContain('knowledge-base/quokkas.md')
  expect((await ask('stats')).stdout).toContain('knowledge-base/quokkas.md')
  expect(await ask('search', 'quokkas')).toMatchObject({
    exitCode: expect.toSatisfy((code) => code !== 0),
    stderr: expect.stringContaining('there is no key for the embeddings of openai'),
  })
})

test('list names the files that can be no document, and says why; nothing in them reaches the terminal', async () => {
  const cwd = await makeTask({ ...TASK, 'knowledge-base/red.md': '# \u001b[31mRed\u202e\u0007 sort\n' })
  await writeFile(join(cwd, 'knowledge-base/locked.pdf'), ENCRYPTED_PDF)
  await writeFile(join(cwd, 'knowledge-base/paper.pdf'), createPdf([['Quokkas smile.']]))
  const { stdout } = await avo(['knowledge', 'list'], { cwd })
  expect(stdout).toMatch(/^knowledge-base\/paper\.pdf +paper\.pdf$/m)
  expect(stdout).toMatch(/^knowledge-base\/red\.md +Red sort$/m)
  expect(stdout).toMatch(
    /\n\n1 file that can't be read:\n {2}knowledge-base\/locked\.pdf {2}it is encrypted\n$/,
  )
  const json = JSON.parse((await avo(['knowledge', 'list', '--json'], { cwd })).stdout)
  expect(json.at(-1)).toEqual({ document: 'knowledge-base/locked.pdf', problem: 'is encrypted' })
})

describe('add', () => {
  test('puts a document where the agent finds it; again is no mistake', async () => {
    const cwd = await makeTask(TASK)
    for (const _ of [1, 2]) {
      const { exitCode, stdout } = await avo(['knowledge', 'add', 'new/tiles.html'], { cwd })
      expect({ exitCode, stdout }).toEqual({
        exitCode: 0,
        stdout: 'The agent finds it as knowledge-base/tiles.html\n',
      })
    }
    const found = await avo(['knowledge', 'search', 'wombats', '--json'], { cwd })
    expect(JSON.parse(found.stdout)[0]).toMatchObject({
      document: 'knowledge-base/tiles.html',
      headings: ['Tiles'],
    })
  })

  test.for([
    ['new/picture.png', 'is no document'],
    ['new/nothing.md', 'it does not exist'],
    ['new/.hidden.md', 'has a name that is passed over'],
    ['new', 'is a folder'],
    ['quokkas.md', 'there is another document'],
  ] as const)('refuses %s, which %s', async ([file, message]) => {
    const cwd = await makeTask(TASK)
    await writeFile(join(cwd, 'quokkas.md'), '# Others\n')
    const { exitCode, stdout, stderr } = await avo(['knowledge', 'add', file], { cwd })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(await readdir(join(cwd, 'knowledge-base'))).toEqual(['quokkas.md'])
  })
})

test('stats before a run: nothing was used', async () => {
  const { exitCode, stdout } = await avo(['knowledge', 'stats'], { cwd: await makeTask(TASK) })
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^No document was used yet\.\n\n\d+ documents never used:\n {2}avo\//)
})

test('lessons of a task that has run are listed, found and not gone', async () => {
  const cwd = await makeTask()
  await play(cwd, [
    submission('0.5', 'cache the halves'),
    { calls: [['search_knowledge', { query: 'halves', documents: 'lessons' }]] },
    submission('2', 'double it'),
    submission('1', 'half of it again'),
  ])
  const ask = async (...args: readonly string[]) => (await avo(['knowledge', ...args], { cwd })).stdout
  expect(await ask('list')).toMatch(/^lessons\/less-work\.md +Lessons: less work$/m)
  expect(await ask('search', 'halves', '--in', 'lessons')).toMatch(/^lessons\/less-work\.md:\d/)
  expect(await ask('stats')).toMatch(/^lessons\/less-work\.md +1 +0 +0$/m)
})
