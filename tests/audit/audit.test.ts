import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ATTACKS } from '../../src/audit/attacks.ts'
import { type AttackResult, auditScorer } from '../../src/audit/audit.ts'
import type { Outcome } from '../../src/audit/judgement.ts'
import { readConfig } from '../../src/config/config.ts'
import { PACKAGE_ROOT } from '../../src/package-root.ts'
import { DEFAULT_LIMITS } from '../../src/sandbox/limits.ts'
import { createProcessSandbox } from '../../src/sandbox/process.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { requireProgram, requireThat } from '../requires.ts'
import { type Backend, describeBackends, ISOLATING } from '../sandbox/backends.ts'
import { makeTask } from '../task.ts'
import { C_TASK, HOOKED_TASK, JAVASCRIPT_TASK, PYTHON_TASK, VERILOG_TASK } from './audited-tasks.ts'

const NEVER = new AbortController().signal
/** An attack on memory is to cost this machine little. */
const LIMITS = { ...DEFAULT_LIMITS, memoryBytes: 1024 ** 3 }
/** Every attack can take as long as the limit: the slow ones have tests of their own. */
const QUICK = ATTACKS.map(({ name }) => name).filter((name) => name !== 'endless-loop')

async function audit(
  task: string,
  only: readonly string[] = QUICK,
  sandbox: Sandbox = createProcessSandbox(LIMITS),
): Promise<readonly AttackResult[]> {
  return (await auditScorer(await readConfig(task), { sandbox, only }, NEVER)).results
}

const namesOf = (results: readonly AttackResult[], outcome: Outcome): readonly string[] =>
  results.filter((result) => result.outcome === outcome).map(({ attack }) => attack)

describe('a scorer that imports the candidate', () => {
  describe('in Python', () => {
    requireProgram('python3', 'apt-get install python3')

    test('is forged in many ways', { timeout: 120_000 }, async () => {
      const results = await audit(await makeTask(PYTHON_TASK))
      expect(namesOf(results, 'forged')).toEqual(
        expect.arrayContaining([
          'result-at-exit',
          'serialiser',
          'clock',
          'comparison',
          'equal-to-all',
          'not-a-number',
          'checker',
          'expectation-found',
          'reference-called',
          'answers-cached',
          'answer-replayed',
          'lazy-answer',
          'answer-in-background',
        ]),
      )
      // Its class is scored by a runner that takes nothing from stdout and no silence for success.
      expect(namesOf(results, 'rejected')).toEqual(
        expect.arrayContaining(['result-on-stdout', 'exit-early', 'parent-killed']),
      )
    })
  })

  test('in TypeScript is forged in many ways', { timeout: 120_000 }, async () => {
    const results = await audit(await makeTask(JAVASCRIPT_TASK))
    expect(namesOf(results, 'forged')).toEqual(
      expect.arrayContaining([
        'result-at-exit',
        'serialiser',
        'clock',
        'comparison',
        'not-a-number',
        'input-changed',
        'reference-called',
        'answers-cached',
        'answer-replayed',
        'answer-in-background',
      ]),
    )
    expect(namesOf(results, 'rejected')).toEqual(
      expect.arrayContaining(['result-on-stdout', 'input-returned', 'exit-early', 'parent-killed']),
    )
  })

  describe('in C', () => {
    requireProgram('gcc', 'apt-get install gcc')

    test('is forged where it is linked with it', { timeout: 120_000 }, async () => {
      const results = await audit(await makeTask(C_TASK))
      expect(namesOf(results, 'forged')).toEqual(
        expect.arrayContaining(['result-on-stdout', 'result-at-exit', 'clock']),
      )
      expect(namesOf(results, 'rejected')).toEqual(expect.arrayContaining(['exit-early', 'input-returned']))
    })
  })
})

describe('a scorer that simulates the candidate’s Verilog', () => {
  requireThat(spawnSync('iverilog', ['-V']).status === 0, 'iverilog', 'apt-get install iverilog')

  test('is forged where it believes what is printed', async () => {
    const results = await audit(await makeTask(VERILOG_TASK))
    expect(namesOf(results, 'forged')).toEqual(['simulation-prints', 'simulation-ended'])
    expect(namesOf(results, 'rejected')).toEqual(
      expect.arrayContaining(['simulation-runs-commands', 'foreign-function', 'testbench-forced']),
    )
  })

  test('is asked by no attack of another language', async () => {
    const results = await audit(await makeTask(VERILOG_TASK), [])
    expect(namesOf(results, 'not applicable')).toEqual([])
  })
})

test('hooks reach what a scorer starts with its own environment', async () => {
  const results = await audit(await makeTask(HOOKED_TASK), ['loader-hooks', 'clock', 'serialiser'])
  expect(namesOf(results, 'forged')).toContain('loader-hooks')
  expect(namesOf(results, 'rejected')).toEqual([])
})

await describeBackends('a scorer on the kit', ISOLATING, describeHolding, LIMITS)

function describeHolding({ sandbox }: Backend): void {
  test.for(['examples/sorting', 'workspace-template'])('holds: %s', { timeout: 120_000 }, async (task) => {
    const results = await audit(join(PACKAGE_ROOT, task), QUICK, sandbox)
    expect(namesOf(results, 'forged')).toEqual([])
    expect(namesOf(results, 'held')).toEqual(
      expect.arrayContaining(['result-at-exit', 'clock', 'answers-cached', 'daemon']),
    )
    expect(namesOf(results, 'rejected')).toEqual(
      expect.arrayContaining([
        'result-on-stdout',
        'serialiser',
        'comparison',
        'input-returned',
        'parent-killed',
        'memory-bomb',
      ]),
    )
  })
}

test('a scorer on the kit ends an endless loop by its own limit', async () => {
  const [result] = await audit(join(PACKAGE_ROOT, 'examples/sorting'), ['endless-loop'])
  expect(result).toMatchObject({
    outcome: 'rejected',
    reason: expect.stringContaining('within 3 s'),
  })
})

test('a seed in no known language is an error, and so is an attack that does not exist', async () => {
  await expect(audit(await makeTask())).rejects.toMatchObject({ code: 'task' })
  await expect(audit(await makeTask(), ['no-such'])).rejects.toMatchObject({ code: 'usage' })
})

test('a seed that is not correct is an error', async () => {
  const task = await makeTask({
    ...JAVASCRIPT_TASK,
    'seed/sort.ts': 'export const sort = (values) => values\n',
  })
  await expect(audit(task)).rejects.toMatchObject({
    code: 'task',
    message: expect.stringContaining("can't be scored"),
  })
})
