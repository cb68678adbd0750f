import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { avo, startAvo } from './avo.ts'

interface Fact {
  readonly type: string
  readonly at: string
}

const factsOf = (directory: string): readonly Fact[] =>
  readFileSync(join(directory, '.avo/events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line): Fact => JSON.parse(line))

async function makeLongTask(): Promise<string> {
  const config = NUMBER_TASK['avo.yaml'] ?? ''
  return makeTask({
    ...NUMBER_TASK,
    'avo.yaml': config.replace('max_attempts: 3', 'max_attempts: 4\nsandbox: process'),
  })
}

test('a run that is paused rests, says so, and goes on when it is resumed', async () => {
  const directory = await makeLongTask()
  const paused = Promise.withResolvers<void>()
  let asked: Promise<unknown> | null = null
  const run = startAvo(['run', '--json', directory], {
    onLine(line) {
      const { type }: Fact = JSON.parse(line)
      if (type === 'attempt.started') asked ??= avo(['pause', directory])
      if (type === 'run.paused') paused.resolve()
    },
  })
  await paused.promise
  expect(await asked).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('avo resume lets it go on'),
  })
  const before = factsOf(directory).length
  const status = await avo(['status', directory])
  expect(status.stdout).toMatch(/running \(pid \d+\), paused since .*: avo resume lets it go on/)
  const [first, second] = [
    await avo(['status', '--json', directory]),
    await avo(['status', '--json', directory]),
  ]
  expect(JSON.parse(first.stdout).activeMs).toBe(JSON.parse(second.stdout).activeMs)
  expect(factsOf(directory)).toHaveLength(before)

  expect((await avo(['resume', directory])).stdout).toContain('goes on')
  expect((await run.ended).exitCode).toBe(0)
  const types = factsOf(directory).map(({ type }) => type)
  expect(types.filter((type) => type === 'run.paused' || type === 'run.resumed')).toEqual([
    'run.paused',
    'run.resumed',
  ])
})

test('one that is paused can be stopped, and a new start is not paused', async () => {
  const directory = await makeLongTask()
  const paused = Promise.withResolvers<void>()
  const run = startAvo(['run', '--json', directory], {
    onLine(line) {
      const { type }: Fact = JSON.parse(line)
      if (type === 'attempt.started') void avo(['pause', directory])
      if (type === 'run.paused') paused.resolve()
    },
  })
  await paused.promise
  await avo(['stop', directory])
  expect((await run.ended).exitCode).toBe(130)
  expect(await avo(['run', '--quiet', directory])).toMatchObject({ exitCode: 0 })
})

test('where nothing runs there is nothing to pause', async () => {
  const directory = await makeLongTask()
  expect((await avo(['pause', directory])).stdout).toBe('Nothing runs here.\n')
  expect((await avo(['resume', directory])).stdout).toContain('avo run starts it')
  expect((await avo(['run', '--quiet', directory])).exitCode).toBe(0)
})
