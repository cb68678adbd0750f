import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openChunkStore } from '../../src/knowledge/chunk-store.ts'
import type { IndexedChunk } from '../../src/knowledge/vectra-shard.ts'
import { createTask } from './knowledge-task.ts'

const chunk = (id: string): IndexedChunk => ({
  id,
  document: `${id}.md`,
  fingerprint: 'f',
  headings: ['Größe', 'two'],
  lines: [1, 2],
  text: `text\nof ${id}`,
})
const EAST = [1, 0, 0]
const NORTH = [0, 2, 0]
const UP = [0, 0, 0.5]
const NONE = new Set<string>()

test('what is put in and taken out is there, with its vector, when it is opened again', async () => {
  const directory = join((await createTask()).root, 'deep', 'passages')
  const store = await openChunkStore(directory)
  const vectors = { a: EAST, b: NORTH, c: UP, d: EAST }
  const added = Object.entries(vectors).map(([id, vector]) => ({ chunk: chunk(id), vector }))
  await store.change({ removed: NONE, added })
  await store.change({ removed: new Set(['b', 'nobody']), added: [{ chunk: chunk('e'), vector: NORTH }] })

  for (const opened of [store, await openChunkStore(directory)]) {
    expect([...opened.chunks.keys()].sort()).toEqual(['a', 'c', 'd', 'e'])
    expect(opened.chunks.get('e')).toEqual(chunk('e'))
    expect([...opened.nearest([3, 0.1, 0], 2)].sort()).toEqual(['a', 'd'])
    expect(opened.nearest([0, 1, 0.5], 9)).toEqual(['e', 'c'])
    expect(opened.nearest([0, 1, 0.5], 1, new Set(['a', 'c']))).toEqual(['c'])
    expect(opened.nearest([-1, -1, -1], 9)).toEqual([])
  }
})

test('a vector that is none, of another length, or that the disk refuses leaves all as it was', async () => {
  const { root } = await createTask()
  const store = await openChunkStore(join(root, 'passages'))
  await store.change({ removed: NONE, added: [{ chunk: chunk('a'), vector: EAST }] })
  const put = (vector: readonly number[]) =>
    store.change({ removed: NONE, added: [{ chunk: chunk('b'), vector }] })
  await expect(put([0, 0, 0])).rejects.toThrow('vector of b is empty')
  await expect(put([Number.NaN, 0, 0])).rejects.toThrow('vector of b is empty')
  await expect(put([1, 0])).rejects.toThrow('2 numbers now, and had 3')
  expect([...store.chunks.keys()]).toEqual(['a'])
  expect(store.nearest(EAST, 9)).toEqual(['a'])

  await writeFile(join(root, 'file'), '')
  const nowhere = await openChunkStore(join(root, 'file', 'passages'))
  const refused = nowhere.change({ removed: NONE, added: [{ chunk: chunk('a'), vector: EAST }] })
  await expect(refused).rejects.toThrow("can't be written")
  expect(nowhere.chunks.size).toBe(0)
})
