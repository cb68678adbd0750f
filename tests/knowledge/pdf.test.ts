import { describe, expect, test } from 'vitest'
import { readPdf } from '../../src/knowledge/read-pdf.ts'
import { createTask } from './knowledge-task.ts'
import { createPackedPdf, createPdf, ENCRYPTED_PDF } from './pdf-file.ts'

const { signal } = new AbortController()
const TWO_PAGES = createPdf([
  ['Wombats dig ten metres', 'deep in sand.', '', '# Page 9', '```'],
  ['Koalas sleep in trees.'],
])

test('a PDF is its text page by page, and a passage of it says on which page it is', async () => {
  const task = await createTask({ 'animals.pdf': TWO_PAGES })
  const knowledge = await task.open()
  expect((await knowledge.read('knowledge-base/animals.pdf', 1))?.text).toBe(
    [
      '# animals.pdf\n\n## Page 1\n\nWombats dig ten metres\ndeep in sand.\n\n\\# Page 9\n\\```',
      '\n\n## Page 2\n\nKoalas sleep in trees.',
    ].join(''),
  )
  expect((await knowledge.search('where koalas sleep', { limit: 1 }, signal))[0]).toMatchObject({
    document: 'knowledge-base/animals.pdf',
    headings: ['animals.pdf', 'Page 2'],
    lines: [11, 13],
  })
  await task.write('animals.pdf', createPdf([['Koalas eat leaves.']]))
  expect(await knowledge.refresh()).toMatchObject([{ change: 'changed', opening: 'Koalas eat leaves.' }])
  expect((await knowledge.read('knowledge-base/animals.pdf', 1))?.text).toContain('eat leaves')
})

describe("what can't be read says why", () => {
  const replaced = (from: string, to: string) =>
    Buffer.from(TWO_PAGES.toString('latin1').replace(from, to), 'latin1')

  test.each([
    ['encrypted', ENCRYPTED_PDF, 'is encrypted'],
    ['pictures alone', createPdf([[]]), 'has no text: its pages are pictures'],
    ['cut off', TWO_PAGES.subarray(0, 300), 'is damaged'],
    ['another file', Buffer.from('hello'), 'is damaged'],
    ['empty', Buffer.alloc(0), 'is damaged'],
    ['pages within themselves', replaced('/Kids [3 0 R', '/Kids [2 0 R'), 'is damaged'],
  ])('%s', async (_, bytes, problem) => {
    expect(await readPdf(bytes, 'a.pdf')).toEqual({ problem: expect.stringContaining(problem) })
  })

  test('what takes too long, or unpacks to too much, is ended', async () => {
    const second = { timeoutMs: 1_000, memoryBytes: 1024 ** 4 }
    const lines = Array.from({ length: 1_000_000 }, () => 'words')
    expect(await readPdf(createPdf([lines]), 'a.pdf', second)).toEqual({ problem: 'takes too long to read' })
    const small = { timeoutMs: 60_000, memoryBytes: 64 * 1024 ** 2 }
    const bomb = await readPdf(createPackedPdf(' '.repeat(100 * 1024 ** 2)), 'a.pdf', small)
    expect(bomb).toEqual({ problem: 'takes too much memory to read' })
  })

  test('of one that is very long, the beginning is read, and that it goes on is said', async () => {
    const read = await readPdf(createPdf(Array.from({ length: 1_001 }, () => ['x'])), 'a.pdf')
    expect(read).toEqual({
      text: expect.stringMatching(/## Page 1000\n\nx\n\n## The rest\n\nIt is longer.*\n$/),
    })
  })

  test('one that claims a billion pages is read as far as it goes', async () => {
    const read = await readPdf(replaced('/Count 2', '/Count 999999999'), 'a.pdf')
    expect(read).toEqual({ text: expect.stringContaining('Koalas sleep') })
  })
})

test('the person is told once of each file that no document can be made of', async () => {
  const task = await createTask({ 'a.md': '# A', 'locked.pdf': ENCRYPTED_PDF, 'picture.png': 'a\0b' })
  const told: string[] = []
  const open = () => task.open(undefined, ({ document, problem }) => told.push(`${document} ${problem}`))
  const knowledge = await open()
  expect(told).toEqual(['knowledge-base/locked.pdf is encrypted', 'knowledge-base/picture.png is no text'])
  expect(await knowledge.refresh()).toEqual([])
  await (await open()).refresh()
  expect(told).toHaveLength(2)

  await task.write('locked.pdf', createPdf([['open now']]))
  await task.write('late.bin', '\0')
  expect(await knowledge.refresh()).toMatchObject([
    { document: 'knowledge-base/locked.pdf', change: 'added' },
  ])
  expect(told.slice(2)).toEqual(['knowledge-base/late.bin is no text'])
  expect((await knowledge.listUnreadable()).map(({ document }) => document)).toEqual([
    'knowledge-base/late.bin',
    'knowledge-base/picture.png',
  ])
})
