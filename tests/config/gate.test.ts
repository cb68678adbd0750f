import { expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { makeTask } from './config-task.ts'

const read = (gate: string) =>
  readConfig(makeTask(`scorer: {command: [node, score.mjs]}\ngate: ${gate}\n`), [], {})

test.for([
  ['{veto: 0.1}', { veto: 0.1, mayWorsen: [] }],
  ['{veto: off}', { veto: null, mayWorsen: [] }],
  ['{veto: false}', { veto: null }],
  ['{veto: [n=1e3, n=1e5]}', { veto: 0.03, mayWorsen: ['n=1e3', 'n=1e5'] }],
  ['{bound: 1e9}', { bound: 1e9 }],
  ['{bound: {n=1e3: 5}}', { bound: { 'n=1e3': 5 } }],
  ['{max_rounds: 1}', { maxRounds: 1 }],
  ['{policy: single, max_rounds: 3}', { policy: 'single' }],
  ['{max_rounds: 6, alpha: 0.05, min_gain: 0.01}', { maxRounds: 6, alpha: 0.05, minGain: 0.01 }],
  ['{budget_seconds: 60, confirm_rounds: 3}', { budgetSeconds: 60, confirmRounds: 3 }],
] as const)('%s', async ([yaml, expected]) => {
  expect((await read(yaml)).gate).toMatchObject(expected)
})

test.for([
  [
    '{max_rounds: 7}',
    'gate.max_rounds: 7 rounds can never convince at an alpha of 0.02: expected at least 8, or 1 for versions that are marked as unconfirmed',
  ],
  [
    '{policy: piared}',
    'gate.policy: "piared" is wrong; expected one of auto, exact, paired, single; did you mean paired?',
  ],
  ['{alpha: 0}', 'gate.alpha: 0 is wrong; expected a number above 0 and at most 0.5'],
  [
    '{veto: maybe}',
    'gate.veto: "maybe" is wrong; expected a fraction such as 0.03, off, or a list of the configurations that may get worse',
  ],
  ['{bound: -1}', 'gate.bound: -1 is wrong; expected a number above 0'],
  ['{rounds: 1}', 'gate.rounds: unknown key'],
] as const)('%s is a mistake', async ([yaml, message]) => {
  await expect(read(yaml)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining(message),
  })
})
