import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from '../src/config/config.ts'
import { openRun } from '../src/run.ts'
import { requireProgram } from './requires.ts'
import { type ScriptedReply, scriptedModel } from './scripted-model.ts'

requireProgram('python3', 'apt-get install python3')

/** A task as users of the Python AVO have it, in their layout and with their keys. */
const TASK = join(import.meta.dirname, 'evaluation/python-task')

const BETTER = 'from collections import Counter\n\ndef count_words(words):\n    return dict(Counter(words))\n'
const FAKE_RESULT = '{"correct": true, "scores": {"words_100": 1e12, "words_1000": 1e12}}'

function attempt(summary: string, source: string): readonly ScriptedReply[] {
  return [
    {
      calls: [
        ['write_file', { path: 'solution.py', content: source }],
        ['evaluate', {}],
        ['submit', { summary }],
      ],
    },
  ]
}

test('a task of the Python AVO runs as it is: what is faster is committed, what is broken never', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'avo-python-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await cp(TASK, directory, { recursive: true })
  const model = scriptedModel([
    { calls: [['search_knowledge', { query: 'count in one pass' }]] },
    ...attempt('count with Counter', BETTER),
    ...attempt('divide by zero', `${BETTER.replace('return', 'return 1 / 0,')}`),
    ...attempt('count nothing', 'def count_words(words):\n    return {}\n'),
    ...attempt('leave politely', 'import sys\nsys.exit(0)\n'),
    ...attempt('tell a tale', `import os\nprint('${FAKE_RESULT}', flush=True)\nos._exit(0)\n`),
  ])
  // The task names OpenAI, whose embeddings would be asked for; the model is played here.
  const config = await readConfig(directory, [
    { key: 'embeddings.provider', value: 'local' },
    { key: 'max_attempts', value: '5' },
  ])
  const run = await openRun(config, { model })
  const end = await run.start(new AbortController().signal)
  run.close()

  expect(end.kind).toBe('max-attempts')
  const { ledger, versions } = run.journal.state
  expect(ledger.map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['accepted', 'accepted as v1'],
    ['rejected', expect.stringContaining('ZeroDivisionError')],
    ['rejected', expect.stringContaining('words_100: wrong counts')],
    ['rejected', expect.stringContaining('without writing a result')],
    ['rejected', expect.stringContaining('without writing a result')],
  ])
  expect(versions[1]?.gain).toBeGreaterThan(0)
  expect(versions[1]?.score.scores.map(({ configuration }) => configuration)).toEqual([
    'words_100',
    'words_1000',
  ])

  const workspace = ['-C', join(directory, 'workspace')]
  const git = (...args: string[]): string =>
    execFileSync('git', [...workspace, ...args], { encoding: 'utf8' })
  expect(git('log', '--format=%s').split('\n')).toEqual([
    expect.stringMatching(/^v1: count with Counter \(\+/),
    'v0: seed',
    '',
  ])
  expect(git('ls-tree', '-r', '--name-only', 'main')).toBe('solution.py\n')
  expect(git('show', 'main:solution.py')).toBe(BETTER)
  expect(await readdir(join(directory, 'logs'))).toContain('events.jsonl')

  const [first, second] = model.requests
  expect(first?.system).toContain('Reference: a loop over a dictionary')
  expect(JSON.stringify(second?.messages.at(-1))).toContain('counting.md')
})
