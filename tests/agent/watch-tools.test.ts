import { expect, test } from 'vitest'
import { z } from 'zod'
import { createTool } from '../../src/agent/tool.ts'
import { watchTools } from '../../src/agent/watch-tools.ts'

const never = new AbortController().signal

test('a call after the person has changed something is not made, and the next one is', async () => {
  const made: string[] = []
  const marks: number[] = []
  const write = createTool({
    name: 'write',
    description: 'writes over a file',
    input: z.object({ text: z.string() }),
    about: ({ text }) => text,
    async execute({ text }) {
      made.push(text)
      if (text === 'fail') throw new Error('no')
      return 'written'
    },
  })
  const notices = [[], ['a.txt', ...Array.from({ length: 20 }, (_, index) => `${index}.txt`)], [], []]
  const watch = { changes: () => [], mark: () => void marks.push(made.length), forget: () => undefined }
  const [watched] = watchTools([write], watch, async () => notices.shift() ?? [])
  const run = async (text: string) => watched?.prepare({ text }).run(never)

  expect(await run('one')).toMatchObject({ text: 'written' })
  await expect(run('two')).rejects.toThrow(/Not run: the person has changed a\.txt.* and 11 other files/)
  expect(await run('three')).toMatchObject({ text: 'written' })
  await expect(run('fail')).rejects.toThrow('no')
  expect(made).toEqual(['one', 'three', 'fail'])
  expect(marks).toEqual([1, 2, 3])
})
