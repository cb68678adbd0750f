import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import type { Message } from '../src/model/model.ts'
import { openRun } from '../src/run.ts'
import { type ScriptedReply, scriptedModel } from './scripted-model.ts'
import { makeTask, NUMBER_TASK } from './task.ts'

/** A solution of three lines that mean something, and the number that is scored. */
const program = (value: string, lines: readonly string[]): string => `${[...lines, value].join('\n')}\n`
const PLAIN = ['numbers = read_numbers()', 'others = list(numbers)', 'swap_all(numbers, others)']
const CLEVER = [
  'buckets = split_by_size(8)',
  'ordered = map(insertion, buckets)',
  'answer = join_all(ordered)',
]

/** The number task, whose scorer scores the last line and writes a line into `runs` each time that it is run. */
async function makeCountedTask() {
  const directory = await makeTask({
    'scorer/score.sh': '',
    'avo.yaml': `${NUMBER_TASK['avo.yaml']}sandbox: process\nsupervisor: { enabled: false }\n`,
    'seed/value.py': program('1', PLAIN),
  })
  const runs = join(directory, 'runs')
  const script = `echo run >> '${runs}'\n${NUMBER_TASK['scorer/score.sh']}`
    .replace('$(cat ', '$(tail -n 1 ')
    .replace('value.txt', 'value.py')
  await writeFile(join(directory, 'scorer/score.sh'), script)
  return { directory, countRuns: async () => (await readFile(runs, 'utf8')).split('\n').length - 1 }
}

const write = (content: string) => ['write_file', { path: 'value.py', content }] as const
const evaluate = ['evaluate', {}] as const
const submit = (summary: string) => ['submit', { summary }] as const

/** Plays replies, each with the count of the scorer's runs before it and the results that it is told afterwards. */
async function play(directory: string, countRuns: () => Promise<number>, script: readonly ScriptedReply[]) {
  const overrides = [{ key: 'max_attempts', value: String(script.length) }]
  const model = scriptedModel(script)
  const counts: number[] = []
  const respond: typeof model.respond = async (request, signal) => {
    counts.push(await countRuns())
    return model.respond(request, signal)
  }
  const run = await openRun(await readConfig(directory, overrides), { model: { ...model, respond } })
  try {
    await run.start(new AbortController().signal).catch(() => undefined)
    return {
      counts,
      said: model.requests.map(({ messages }) => lastResults(messages)),
      state: run.journal.state,
    }
  } finally {
    run.close()
  }
}

function lastResults(messages: readonly Message[]): string {
  const results = messages
    .at(-1)
    ?.content.flatMap((block) => (block.type === 'tool_result' ? block.text : []))
  return results?.join('\n') ?? ''
}

test('retyping what was removed, resubmitting and evaluating twice run no scorer', async () => {
  const { directory, countRuns } = await makeCountedTask()
  const { counts, said, state } = await play(directory, countRuns, [
    { calls: [write(program('0.5', CLEVER)), evaluate] },
    { calls: [evaluate] }, // the same again
    {
      calls: [
        write(
          `${program(
            '0.5',
            CLEVER.map((line) => `${line}  # again`),
          )}`,
        ),
        evaluate,
      ],
    }, // with comments
    { calls: [submit('buckets')] },
    { calls: [submit('buckets once more')] }, // as it lies there
    { calls: [write(program('0.5', CLEVER)), evaluate, submit('buckets retyped')] }, // the code of an attempt that was rejected
    { calls: [write(program('1', PLAIN)), evaluate] }, // the seed
    { calls: [write(program('2', CLEVER)), evaluate] }, // new, and mostly what was given up
    { text: 'That is all.' },
  ])
  const [seeded = 0, once = 0, twice, spaced, submitted = 0, resubmitted, retyped, seed, fresh = 0] = counts
  expect(seeded).toBeGreaterThan(0)
  expect(once).toBeGreaterThan(seeded)
  expect([twice, spaced]).toEqual([once, once])
  expect(submitted).toBeGreaterThan(once)
  expect([resubmitted, retyped, seed]).toEqual([submitted, submitted, submitted])
  expect(fresh).toBeGreaterThan(submitted)
  expect(said[2]).toContain('was evaluated before, in attempt 1: nothing was run')
  expect(said[5]).toContain('the verdict stands')
  expect(said[6]).toContain('its verdict stands')
  expect(said[7]).toContain('nothing to evaluate')
  expect(said[8]).toContain('were there before and were given up')
  expect(state.ledger.map(({ outcome, kept }) => [outcome, kept])).toEqual([
    ['rejected', 1],
    ['rejected', undefined],
  ])
})
