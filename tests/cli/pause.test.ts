import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
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

/** A task whose seed is not scored before somebody has asked for a pause. */
async function makeWaitingTask(): Promise<string> {
  const directory = await makeTask({
    ...NUMBER_TASK,
    'avo.yaml': `${NUMBER_TASK['avo.yaml']}sandbox: process\n`,
  })
  const wait = `until [ -e "${directory}/asked" ]; do sleep 0.05; done\n`
  await writeFile(join(directory, 'scorer/score.sh'), wait + NUMBER_TASK['scorer/score.sh'])
  return directory
}

/** A run that rests, because it was asked to; with what the asking said. */
async function startPaused(directory: string) {
  const paused = Promise.withResolvers<void>()
  let asked: Promise<unknown> | null = null
  const { ended } = startAvo(['run', '--json', directory], {
    onLine(line) {
      const { type }: Fact = JSON.parse(line)
      if (type === 'run.started') asked = pause(directory)
      if (type === 'run.paused') paused.resolve()
    },
  })
  await paused.promise
  return { answer: await asked, ended }
}

/** Asks for a pause, and then lets the run go on to where it rests. */
async function pause(directory: string): Promise<unknown> {
  const answer = await avo(['pause', directory])
  await writeFile(join(directory, 'asked'), '')
  return answer
}

test('a run that is paused rests, says so, and goes on when it is resumed', async () => {
  const directory = await makeWaitingTask()
  const { answer, ended } = await startPaused(directory)
  expect(answer).toMatchObject({
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
  expect((await ended).exitCode).toBe(0)
  const types = factsOf(directory).map(({ type }) => type)
  expect(types.filter((type) => type === 'run.paused' || type === 'run.resumed')).toEqual([
    'run.paused',
    'run.resumed',
  ])
})

test('one that is paused can be stopped, and a new start is not paused', async () => {
  const directory = await makeWaitingTask()
  const { ended } = await startPaused(directory)
  await avo(['stop', directory])
  expect((await ended).exitCode).toBe(130)
  expect(await avo(['run', '--quiet', directory])).toMatchObject({ exitCode: 0 })
})

test('where nothing runs there is nothing to pause', async () => {
  const directory = await makeTask()
  expect((await avo(['pause', directory])).stdout).toBe('Nothing runs here.\n')
  expect((await avo(['resume', directory])).stdout).toContain('avo run starts it')
  expect((await avo(['run', '--quiet', directory])).exitCode).toBe(0)
})
