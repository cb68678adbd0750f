import { appendFile, rename, truncate, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createLocalEmbeddings } from '../../src/knowledge/local-embeddings.ts'
import { openKnowledge } from '../../src/knowledge/open-knowledge.ts'
import { BASE, createTask } from './knowledge-task.ts'

const { signal } = new AbortController()

describe('documents that come and go', () => {
  test('the base is no news; what is dropped in, changed or removed is, once, and searches see it at once', async () => {
    const task = await createTask(BASE)
    const knowledge = await task.open()
    expect(await knowledge.refresh()).toEqual([])

    await task.write('radix.md', '# Radix sort\nCounts digits.')
    await task.write('memory.md', '# Memory\nPrefetching hides latency.')
    await task.remove('numpy.md')
    expect((await knowledge.search('radix digits', { limit: 1 }, signal))[0]?.document).toBe(
      'knowledge-base/radix.md',
    )
    const texts = (await knowledge.search('memory cache line vectorization', { limit: 9 }, signal)).map(
      ({ text }) => text,
    )
    expect(texts.join()).not.toMatch(/cache line|Vectorization/)

    expect(await knowledge.refresh()).toEqual([
      {
        document: 'knowledge-base/memory.md',
        title: 'Memory',
        change: 'changed',
        opening: 'Prefetching hides latency.',
      },
      { document: 'knowledge-base/numpy.md', title: 'NumPy', change: 'removed' },
      {
        document: 'knowledge-base/radix.md',
        title: 'Radix sort',
        change: 'added',
        opening: 'Counts digits.',
      },
    ])
    expect(await knowledge.refresh()).toEqual([])
  })

  test('what happened between two sessions is news to the second, and to no third', async () => {
    const task = await createTask(BASE)
    await task.open()
    await task.write('dropped.md', '# Dropped\nwhile nobody ran')
    await task.remove('memory.md')

    expect((await (await task.open()).refresh()).map(({ document, change }) => [document, change])).toEqual([
      ['knowledge-base/dropped.md', 'added'],
      ['knowledge-base/memory.md', 'removed'],
    ])
    expect(await (await task.open()).refresh()).toEqual([])
  })

  test('a folder that appears later is found; a file still being written is taken up again', async () => {
    const task = await createTask()
    const knowledge = await task.open()
    await task.write('deep/growing.md', '# Growing\nfirst half')
    expect((await knowledge.refresh()).map(({ change }) => change)).toEqual(['added'])
    await appendFile(join(task.directory, 'deep/growing.md'), '\nsecond half: giraffe')

    expect((await knowledge.search('giraffe', { limit: 1 }, signal))[0]?.text).toContain('giraffe')
    expect((await knowledge.refresh()).map(({ change }) => change)).toEqual(['changed'])
  })

  test('of a base of thousands, a change is seen by the next refresh, and from then on', async () => {
    const many = Array.from({ length: 1_001 }, (_, number) => [`${number}.md`, `# Number ${number}\n`])
    const task = await createTask(Object.fromEntries(many))
    const knowledge = await task.open()
    const find = async () => (await knowledge.search('giraffe', { limit: 1 }, signal))[0]?.text ?? ''
    await find()
    await task.write('7.md', '# Number 7\na giraffe')
    expect(await knowledge.refresh()).toMatchObject([{ document: 'knowledge-base/7.md', change: 'changed' }])
    expect(await find()).toContain('giraffe')
  })

  test('a change that keeps size and time is seen; a touch is no change', async () => {
    const task = await createTask({ 'a.md': '# A\none' })
    const path = join(task.directory, 'a.md')
    const time = new Date('2026-01-01')
    await utimes(path, time, time)
    const knowledge = await task.open()
    await task.write('b.md', '# A\ntwo')
    await utimes(join(task.directory, 'b.md'), time, time)
    await rename(join(task.directory, 'b.md'), path)
    expect(await knowledge.refresh()).toMatchObject([{ document: 'knowledge-base/a.md', change: 'changed' }])

    await utimes(path, new Date(), new Date())
    expect(await knowledge.refresh()).toEqual([])
  })

  test('a damaged memory of what was known makes the documents there the base', async () => {
    const task = await createTask(BASE)
    await task.open()
    await truncate(task.knownFile, 10)
    const knowledge = await task.open()

    expect(await knowledge.refresh()).toEqual([])
    await task.write('new.md', '# New\nx')
    expect(await (await task.open()).refresh()).toHaveLength(1)
  })
})

describe('read and list', () => {
  test('several folders are told apart by their prefix; a name that leaves them is no document', async () => {
    const task = await createTask({ 'a.md': '# Task\nx' })
    const project = await createTask({ 'sub/b.md': '# Project\nx' })
    const knowledge = await openKnowledge({
      sources: [
        { directory: task.directory, prefix: 'knowledge-base/' },
        { directory: project.directory, prefix: 'avo/' },
      ],
      indexDirectory: join(task.root, 'index'),
      embeddings: createLocalEmbeddings(),
    })

    expect(await knowledge.list()).toEqual([
      { document: 'avo/sub/b.md', title: 'Project' },
      { document: 'knowledge-base/a.md', title: 'Task' },
    ])
    expect(await knowledge.read('avo/sub/b.md', 1)).toMatchObject({ title: 'Project', text: '# Project\nx' })
    for (const name of ['avo/b.md', 'avo/../avo/sub/b.md', 'knowledge-base/../secret', '/etc/passwd', '']) {
      expect(await knowledge.read(name, 1)).toBeNull()
    }
  })

  test('pages follow on each other up to the end', async () => {
    const lines = Array.from({ length: 1_000 }, (_, line) => `line ${line + 1}`)
    const task = await createTask({ 'long.txt': `${lines.join('\n')}\n` })
    const knowledge = await task.open()
    const pages: string[] = []
    for (let from = 1; from <= 1_000; ) {
      const page = await knowledge.read('knowledge-base/long.txt', from)
      expect(page).toMatchObject({ totalLines: 1_000, lines: [from, expect.any(Number)] })
      pages.push(page?.text ?? '')
      from = (page?.lines[1] ?? Number.POSITIVE_INFINITY) + 1
    }

    expect(pages).toHaveLength(3)
    expect(pages.join('\n')).toBe(lines.join('\n'))
  })

  test('a page is at most 16,000 characters, whatever the lines', async () => {
    const lines = ['x', 'y', 'z'].map((letter) => letter.repeat(9_000))
    const task = await createTask({ 'wide.txt': `\`\`\`\n${lines.join('\n')}\n\`\`\`\nend` })
    const knowledge = await task.open()
    const page = (from: number) => knowledge.read('knowledge-base/wide.txt', from)

    expect(await page(1)).toMatchObject({ lines: [1, 2] })
    expect(await page(3)).toMatchObject({ lines: [3, 3], text: lines[1] })
    expect(await page(4)).toMatchObject({ lines: [4, 6] })
  })

  test.each([0, -5, Number.NaN, 1.9])('from line %d the first page is read', async (from) => {
    const knowledge = await (await createTask({ 'a.md': 'one\ntwo' })).open()

    expect(await knowledge.read('knowledge-base/a.md', from)).toMatchObject({
      lines: [1, 2],
      text: 'one\ntwo',
    })
  })

  test('past the end the last line is read', async () => {
    const knowledge = await (await createTask({ 'a.md': 'one\ntwo' })).open()

    expect(await knowledge.read('knowledge-base/a.md', 99)).toMatchObject({ lines: [2, 2], totalLines: 2 })
  })
})
