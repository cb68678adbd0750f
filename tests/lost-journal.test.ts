import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import { openRun } from '../src/run.ts'
import { scriptedModel } from './scripted-model.ts'
import { makeTask } from './task.ts'

test('a run whose records are lost goes on from the lineage and writes over nothing that attempts have left', async () => {
  const directory = await makeTask()
  const play = async (values: readonly string[], maxAttempts: number) => {
    const replies = values.map((value) => ({
      calls: [
        ['write_file', { path: 'value.txt', content: `${value}\n` }] as const,
        ['evaluate', {}] as const,
      ],
    }))
    const overrides = [
      { key: 'max_attempts', value: String(maxAttempts) },
      { key: 'max_agent_steps_per_variation', value: '2' },
    ]
    const run = await openRun(await readConfig(directory, overrides), { model: scriptedModel(replies) })
    try {
      await run.start(new AbortController().signal)
      return structuredClone(run.journal.state)
    } finally {
      run.close()
    }
  }
  const readKept = (): string[] =>
    execFileSync(
      'git',
      [
        '-C',
        join(directory, 'workspace'),
        'for-each-ref',
        '--format=%(refname:lstrip=3) %(tree)',
        'refs/avo/evaluated',
      ],
      { encoding: 'utf8' },
    )
      .trim()
      .split('\n')

  await play(['0.1', '0.2'], 1)
  const before = readKept()
  expect(before.map((line) => line.split(' ')[0])).toEqual(['1.1', '1.2'])
  await rm(join(directory, '.avo'), { recursive: true })
  const { ledger } = await play(['0.3', '0.4'], 2)
  expect(ledger.map(({ number, outcome, kept }) => [number, outcome, kept])).toEqual([
    [1, 'indecisive', 2],
    [2, 'abandoned', 2],
  ])
  expect(readKept().slice(0, 2)).toEqual(before)
  expect(readKept()).toHaveLength(4)
})
