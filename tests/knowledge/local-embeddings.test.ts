import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { createLocalEmbeddings } from '../../src/knowledge/local-embeddings.ts'

const { signal } = new AbortController()

async function similarity(a: string, b: string): Promise<number> {
  const [first = [], second = []] = await createLocalEmbeddings().embed([a, b], signal)
  return first.reduce((sum, value, at) => sum + value * (second[at] ?? 0), 0)
}

test.each([
  ['vectorise loops', 'vectorization of a loop'],
  ['memory allocation', 'allocating memory once, not in the loop'],
  ['cudaMemcpyAsync', 'copies with cuda memcpy, async'],
  ['snake_case_name', 'a snake case name'],
  ['AVX-512', 'avx512 instructions'],
  ['paralellism', 'parallelism over workers'],
])('%j is nearer to %j than to something else', async (query, text) => {
  const elsewhere = await similarity(query, 'sorting numbers into buckets by their leading digits')

  expect(await similarity(query, text)).toBeGreaterThan(elsewhere + 0.1)
})

test('a text has the same vector in another process', async () => {
  const text = 'Vectorise the inner loop; cudaMemcpyAsync, naïve café 日本語 🚀'
  const module = new URL('../../src/knowledge/local-embeddings.ts', import.meta.url).href
  const script = `import { createLocalEmbeddings } from ${JSON.stringify(module)}
    const vectors = await createLocalEmbeddings().embed([${JSON.stringify(text)}], new AbortController().signal)
    process.stdout.write(JSON.stringify(vectors))`
  const elsewhere = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })

  expect(JSON.parse(elsewhere)).toEqual(await createLocalEmbeddings().embed([text], signal))
})

test.each([
  ['no text', ''],
  ['a space', ' '],
  ['marks', '???'],
  ['a word that says nothing', 'the'],
  ['a NUL', '\u0000'],
  ['half a character', '\ud800'],
  ['a long word', 'x'.repeat(100_000)],
])('%s has a vector of length one', async (_, text) => {
  const [vector = []] = await createLocalEmbeddings().embed([text], signal)

  expect(Math.hypot(...vector)).toBeCloseTo(1)
})
