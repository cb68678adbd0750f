import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { IndexedChunk } from '../../src/knowledge/chunk-file.ts'
import { openChunkStore } from '../../src/knowledge/chunk-store.ts'
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

test('what is put in and taken out is there, with its vector, when it is opened again', async () => {
  const file = join((await createTask()).root, 'deep', 'chunks.index')
  const store = await openChunkStore(file)
  const four = ['a', 'b', 'c', 'd'].map(chunk)
  store.replace(new Set(), four, [EAST, NORTH, UP, EAST])
  store.replace(new Set(['b', 'nobody']), [chunk('e')], [NORTH])

  for (const opened of [store, await openChunkStore(file)]) {
    expect([...opened.chunks.values()]).toEqual(['a', 'c', 'd', 'e'].map(chunk))
    expect(opened.nearest([3, 0.1, 0], 2)).toEqual(['a', 'd'])
    expect(opened.nearest([0, 1, 0.5], 9)).toEqual(['e', 'c'])
    expect(opened.nearest([-1, -1, -1], 9)).toEqual([])
  }
})

test('a vector that is none, of another length, or that the disk refuses leaves all as it was', async () => {
  const { root } = await createTask()
  const store = await openChunkStore(join(root, 'chunks.index'))
  store.replace(new Set(), [chunk('a')], [EAST])
  for (const vector of [[0, 0, 0], [Number.NaN, 0, 0], [1, 0], []])
    expect(() => store.replace(new Set(['a']), [chunk('b'), chunk('c')], [EAST, vector])).toThrow(
      'vector of c',
    )
  expect(() => store.replace(new Set(), [chunk('b')], [[1, 0]])).toThrow('2 numbers now, and had 3')
  expect(store.nearest(EAST, 9)).toEqual(['a'])

  await writeFile(join(root, 'file'), '')
  const nowhere = await openChunkStore(join(root, 'file', 'chunks.index'))
  expect(() => nowhere.replace(new Set(), [chunk('a')], [EAST])).toThrow("can't be written")
  expect(nowhere.chunks.size).toBe(0)
})
