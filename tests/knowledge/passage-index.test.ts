import { globSync } from 'node:fs'
import { readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Embeddings } from '../../src/knowledge/embeddings.ts'
import { createLocalEmbeddings } from '../../src/knowledge/local-embeddings.ts'
import { BASE, createTask } from './knowledge-task.ts'

const { signal } = new AbortController()

/** The local embeddings, keeping an account of what they are asked. */
function createCountingEmbeddings(name = 'counting'): Embeddings & { readonly texts: string[] } {
  const local = createLocalEmbeddings()
  const texts: string[] = []
  return {
    name,
    weight: 1,
    texts,
    embed(asked, abort) {
      texts.push(...asked)
      return local.embed(asked, abort)
    },
  }
}

/** The file that has the chunks of a document. */
async function findShard(directory: string, document: string): Promise<string> {
  const files = globSync('*/index.json', { cwd: directory }).map((file) => join(directory, file))
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  return files[texts.findIndex((text) => text.includes(document))] ?? 'none'
}

describe('search', () => {
  test('finds by meaning, by the parts of an identifier and by a rare word, and says where', async () => {
    const knowledge = await (await createTask(BASE)).open()
    const best = async (query: string) => (await knowledge.search(query, { limit: 2 }, signal))[0]

    expect(await best('how to vectorise loops')).toEqual({
      document: 'knowledge-base/numpy.md',
      headings: ['NumPy', 'Vectorization'],
      lines: [3, 4],
      text: '## Vectorization\nVectorization of a loop: one call for the whole array.',
      relevance: expect.any(Number),
    })
    expect(await best('cacheLineBytes')).toMatchObject({ document: 'knowledge-base/memory.md' })
    expect(await best('__shfl_xor_sync')).toMatchObject({ document: 'knowledge-base/gpu/cuda.md' })
    expect(await best('cuda')).toMatchObject({ document: 'knowledge-base/gpu/cuda.md' })
  })

  test('a word that one passage of a hundred has brings it up, whatever else is near', async () => {
    const task = await createTask()
    for (let number = 0; number < 100; number++) {
      await task.write(
        `${number}.md`,
        `# Loops ${number}\nUnroll the inner loop ${number === 57 ? 'vpternlogd' : 'again'}.`,
      )
    }
    const passages = await (await task.open()).search(
      'unroll the inner loop with vpternlogd',
      { limit: 5 },
      signal,
    )

    expect(passages[0]?.document).toBe('knowledge-base/57.md')
    expect(passages).toHaveLength(5)
    const relevances = passages.map((passage) => passage.relevance)
    expect(relevances).toEqual(relevances.toSorted((a, b) => b - a))
  })

  test.each([
    ['marks', '???'],
    ['an operator', '->'],
    ['a NUL', '\u0000'],
    ['half a character', '\ud800 loop'],
    ['open brackets', '"[(*'],
    ['another script', '日本語'],
    ['a word that says nothing', 'the'],
    ['a word without end', 'x'.repeat(200_000)],
    ['words without end', 'word '.repeat(50_000)],
  ])('no query is too odd: %s', async (_, query) => {
    const knowledge = await (await createTask(BASE)).open()

    expect((await knowledge.search(query, { limit: 2 }, signal)).length).toBeLessThanOrEqual(2)
  })

  test('nothing is found in an empty base, in none, and with an empty query', async () => {
    const task = await createTask()
    const knowledge = await task.open()
    expect(await knowledge.search('loop', { limit: 5 }, signal)).toEqual([])
    expect(await knowledge.list()).toEqual([])

    await task.write('empty.md', '\n')
    expect(await knowledge.search('loop', { limit: 5 }, signal)).toEqual([])
    await task.write('memory.md', BASE['memory.md'])
    expect(await knowledge.search(' \n', { limit: 5 }, signal)).toEqual([])
    expect(await knowledge.search('cache', { limit: 5 }, signal)).toHaveLength(1)
  })

  test('calls at the same time wait for each other', async () => {
    const task = await createTask(BASE)
    const knowledge = await task.open()
    const searches = ['loop', 'cache', 'warp'].map((query) => knowledge.search(query, { limit: 1 }, signal))
    await task.write('late.md', '# Late\nzebra')
    const [changes, zebra, ...found] = await Promise.all([
      knowledge.refresh(),
      knowledge.search('zebra', { limit: 1 }, signal),
      ...searches,
    ])

    expect(changes).toHaveLength(1)
    expect([zebra, ...found].map((passages) => passages[0]?.document)).toEqual([
      'knowledge-base/late.md',
      'knowledge-base/numpy.md',
      'knowledge-base/memory.md',
      'knowledge-base/gpu/cuda.md',
    ])
  })

  test('an abort ends a search and harms nothing', async () => {
    const knowledge = await (await createTask(BASE)).open()

    await expect(knowledge.search('loop', { limit: 1 }, AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(await knowledge.search('loop', { limit: 1 }, signal)).toHaveLength(1)
  })
})

describe('the index', () => {
  test('embeds a document once, also over sessions, and again only when it changed', async () => {
    const task = await createTask(BASE)
    const embeddings = createCountingEmbeddings()
    const knowledge = await task.open(embeddings)
    expect(embeddings.texts).toEqual([])
    await knowledge.search('first', { limit: 1 }, signal)
    expect(embeddings.texts).toHaveLength(3 + 1)
    await utimes(join(task.directory, 'numpy.md'), new Date(), new Date())
    await knowledge.search('second', { limit: 1 }, signal)
    await (await task.open(embeddings)).search('third', { limit: 1 }, signal)
    expect(embeddings.texts.slice(4)).toEqual(['second', 'third'])

    await task.write('memory.md', '# Memory\nnew')
    await (await task.open(embeddings)).search('fourth', { limit: 1 }, signal)
    expect(embeddings.texts.slice(6)).toEqual(['memory.md\nMemory\n# Memory\nnew', 'fourth'])
  })

  test('other embeddings build it again, also where their vectors are of another length', async () => {
    const task = await createTask(BASE)
    await (await task.open(createCountingEmbeddings('one'))).search('loop', { limit: 1 }, signal)
    const texts: string[] = []
    const other: Embeddings = {
      name: 'two',
      weight: 1,
      embed: async (asked) => asked.map((text) => [texts.push(text), 1, 2]),
    }
    const found = await (await task.open(other)).search('loop', { limit: 9 }, signal)

    expect(texts).toHaveLength(3 + 1)
    expect(found).toHaveLength(3)
    const back = createCountingEmbeddings('one')
    await (await task.open(back)).search('loop', { limit: 1 }, signal)
    expect(back.texts).toHaveLength(3 + 1)
  })

  test('of thousands of chunks, those that were paid for are kept when the embeddings fail', async () => {
    const task = await createTask(
      Object.fromEntries(Array.from({ length: 1_500 }, (_, at) => [`${at}.md`, `# Koala ${at}`])),
    )
    const counting = createCountingEmbeddings()
    const failing: Embeddings = {
      ...counting,
      embed: (texts, abort) =>
        counting.texts.length > 0
          ? Promise.reject(new Error('no credit left'))
          : counting.embed(texts, abort),
    }
    await expect((await task.open(failing)).search('x', { limit: 1 }, signal)).rejects.toThrow('no credit')
    const paid = counting.texts.length
    expect(paid).toBeGreaterThan(500)
    await (await task.open(counting)).search('x', { limit: 1 }, signal)
    expect(counting.texts).toHaveLength(1_500 + 1)
  })

  test.each<[string, (file: string) => Promise<void>]>([
    ['half-written', async (file) => truncate(file, Math.floor((await stat(file)).size / 2))],
    ['empty', (file) => truncate(file, 0)],
    ['of another shape', (file) => writeFile(file, '{"version":1,"metadata_config":{},"items":[{"id":7}]}')],
    [
      'without vectors',
      async (file) =>
        writeFile(file, (await readFile(file, 'utf8')).replaceAll(/"vector":\[/g, '"vector":[null,')),
    ],
    ['gone', (file) => rm(file)],
  ])('what was in a file that is %s is put in again, and nothing else', async (_, damage) => {
    const task = await createTask(BASE)
    await (await task.open(createCountingEmbeddings())).search('loop', { limit: 1 }, signal)
    await damage(await findShard(task.passagesDirectory, 'numpy.md'))
    const embeddings = createCountingEmbeddings()
    const knowledge = await task.open(embeddings)

    expect((await knowledge.search('vectorise loops', { limit: 1 }, signal))[0]?.document).toBe(
      'knowledge-base/numpy.md',
    )
    expect(embeddings.texts).toHaveLength(1 + 1)
    expect(await knowledge.refresh()).toEqual([])
  })

  test('a file that is damaged while it is in use costs one search', async () => {
    const task = await createTask(BASE)
    const knowledge = await task.open()
    await knowledge.search('loop', { limit: 1 }, signal)
    await truncate(await findShard(task.passagesDirectory, 'numpy.md'), 10)
    await task.write('numpy.md', '# NumPy\nzebra')
    await expect(knowledge.search('zebra', { limit: 1 }, signal)).rejects.toMatchObject({ code: 'knowledge' })
    expect((await knowledge.search('zebra', { limit: 1 }, signal))[0]?.text).toContain('zebra')
  })

  test('embeddings that fail leave it as it was, and the next search tries again', async () => {
    const task = await createTask(BASE)
    const local = createLocalEmbeddings()
    let failures = 1
    const knowledge = await task.open({
      name: 'failing',
      weight: 1,
      embed: (texts, abort) =>
        failures-- > 0 ? Promise.reject(new Error('no network')) : local.embed(texts, abort),
    })

    await expect(knowledge.search('loop', { limit: 1 }, signal)).rejects.toThrow('no network')
    expect(await knowledge.search('loop', { limit: 1 }, signal)).toHaveLength(1)
  })
})
