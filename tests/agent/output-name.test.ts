import { readdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nextOutputName } from '../../src/agent/tools/output-name.ts'
import { makeTask } from '../task.ts'

const MIB = 1024 ** 2

test('outputs are bounded in number and in size, and the newest stay', async () => {
  const directory = await makeTask({})
  for (let call = 1; call <= 60; call++)
    await writeFile(join(directory, await nextOutputName(directory)), 'x')
  const kept = (await readdir(directory)).map((name) => Number.parseInt(name, 10)).toSorted((a, b) => a - b)
  expect(kept).toEqual(Array.from({ length: 50 }, (_, index) => index + 11))

  for (let call = 1; call <= 4; call++) await truncate(join(directory, `${56 + call}.txt`), 60 * MIB)
  expect(await nextOutputName(directory)).toBe('61.txt')
  expect((await readdir(directory)).toSorted()).toEqual(['59.txt', '60.txt'])
  expect(await nextOutputName(await makeTask({}))).toBe('1.txt')
})
