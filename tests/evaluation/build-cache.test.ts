import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createBuildCache } from '../../src/evaluation/build-cache.ts'
import { makeDirectory, NEVER } from './evaluation-task.ts'

/** A cache, and how often something was built in it. */
function openCache(maxBytes?: number) {
  const place = makeDirectory()
  const cache = createBuildCache(place, maxBytes)
  const made: string[] = []
  async function provide(name: string, content = `${name} ${made.length}`) {
    const directory = makeDirectory()
    const make = async (work: string) => {
      made.push(name)
      writeFileSync(join(work, 'program'), content)
      return null
    }
    const failure = await cache.provide([name], directory, make, NEVER)
    return { failure, content: readFileSync(join(directory, 'program'), 'utf8') }
  }
  return { cache, place, made, provide }
}

test('what was built is built once, also for many who ask at the same time', async () => {
  const { provide, made, place } = openCache()
  const all = await Promise.all([provide('a'), provide('a'), provide('b'), provide('a')])
  expect(all.map(({ content }) => content.charAt(0))).toEqual(['a', 'a', 'b', 'a'])
  expect((await provide('a')).failure).toBe(null)
  expect(made.sort()).toEqual(['a', 'b'])
  // What was built in is gone.
  expect(readdirSync(place, { recursive: true }).filter((path) => String(path).endsWith('work'))).toEqual([])
})

test('a part of an identity can not pass for another: its words are not joined', async () => {
  const { cache } = openCache()
  const seen: string[] = []
  const provide = (identity: readonly string[]) => {
    const make = async () => {
      seen.push(identity.join())
      return null
    }
    return cache.provide(identity, makeDirectory(), make, NEVER)
  }
  await provide(['a', 'b'])
  await provide(['a,b'])
  expect(seen).toEqual(['a,b', 'a,b'])
})

test('the builds that were not used for the longest time go when there are too many bytes', async () => {
  const { provide, made } = openCache(2_500)
  const kilobyte = 'x'.repeat(1_000)
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await provide(name, kilobyte)
  expect(made).toEqual(['a', 'b', 'c', 'b'])
})

test('one that is larger than all may be is kept until the next', async () => {
  const { provide, made } = openCache(10)
  for (const name of ['a', 'a', 'b', 'a']) await provide(name, 'x'.repeat(100))
  expect(made).toEqual(['a', 'b', 'a'])
})

test('what somebody wrote to is built anew', async () => {
  const { provide, place, made } = openCache()
  await provide('a')
  for (const path of readdirSync(place, { recursive: true }).map(String))
    if (path.endsWith('program')) writeFileSync(join(place, path), 'forged')
  expect(await provide('a')).toEqual({ failure: null, content: 'a 1' })
  expect(made).toEqual(['a', 'a'])
})

test('a build that is called off leaves nothing, and who waits for it makes it', async () => {
  const { cache, provide, place } = openCache()
  const stop = new AbortController()
  const cut = cache.provide(
    ['a'],
    makeDirectory(),
    async (work) => {
      writeFileSync(join(work, 'program'), 'half of it')
      stop.abort()
      await Promise.resolve()
      stop.signal.throwIfAborted()
      return null
    },
    stop.signal,
  )
  const waiting = provide('a')
  await expect(cut).rejects.toThrow()
  expect(await waiting).toEqual({ failure: null, content: 'a 0' })
  expect(readdirSync(place)).toHaveLength(1)
})

test('a failed build is tried again', async () => {
  const { cache, provide } = openCache()
  const failure = { summary: 'no', words: 'no memory' }
  expect(await cache.provide(['a'], makeDirectory(), async () => failure, NEVER)).toEqual(failure)
  expect((await provide('a')).content).toBe('a 0')
})

test('links stay links, and are not followed', async () => {
  const { cache } = openCache()
  const secret = makeDirectory({ secret: 'mine' })
  const make = async (work: string) => {
    mkdirSync(join(work, 'lib'))
    writeFileSync(join(work, 'lib', 'one.so'), 'one', { mode: 0o4777 })
    symlinkSync('one.so', join(work, 'lib', 'two.so'))
    symlinkSync(secret, join(work, 'out'))
    return null
  }
  const directory = makeDirectory()
  expect(await cache.provide(['a'], directory, make, NEVER)).toBe(null)
  const entries = ['', 'lib'].flatMap((path) => readdirSync(join(directory, path), { withFileTypes: true }))
  expect(entries.map((entry) => [entry.name, entry.isSymbolicLink()]).sort()).toEqual([
    ['lib', false],
    ['one.so', false],
    ['out', true],
    ['two.so', true],
  ])
  expect(readFileSync(join(directory, 'lib/two.so'), 'utf8')).toBe('one')
})
