import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AttackResult } from '../../src/audit/audit.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Event } from '../../src/events.ts'
import { collectSeed } from '../../src/storage/seed-files.ts'
import { avo } from '../cli/avo.ts'
import { type Need, requireAll } from '../requires.ts'
import { makeTask } from '../task.ts'

/** The agent reads it at every failure: the compiler's or interpreter's words, and no more of them than help. */
const MAX_FEEDBACK_CHARACTERS = 8_000
const RUN_TIMEOUT_MS = 600_000

/** A seed that is no solution any more, and what its author has to be told. */
export interface BrokenVariant {
  /** The file of the seed that is written anew, or added. */
  readonly file: string
  /** What is in it, or how it differs from the seed's. */
  readonly content: string | ((seed: string) => string)
  /** Words of the compiler, the interpreter or the scorer that the agent must get. */
  readonly says: RegExp
}

export interface ExampleOptions {
  /** Its directory in `examples/`. */
  readonly name: string
  /** What it can't do without; where something is missing the tests are skipped, and fail in CI. */
  readonly needs: readonly Need[]
  /** How many attempts the built-in model is given. */
  readonly attempts: number
  /** Whether at least one of them has to become a version. */
  readonly expectsVersions: boolean
  /** More words for `avo run`, such as `--set gate.max_rounds=12`: limits, never a weaker scorer. */
  readonly run?: readonly string[]
  /** By what is wrong with it. */
  readonly broken?: Readonly<Record<string, BrokenVariant>>
}

/**
 * What every example has to do, as the person does it who starts from it: `avo init --from` copies it, and of the copy the
 * seed is scored, the built-in model runs, `avo audit` forges nothing, and a broken candidate is answered in words that help.
 */
export function describeExample({
  name,
  needs,
  attempts,
  expectsVersions,
  run = [],
  broken = {},
}: ExampleOptions): void {
  describe(`the example ${name}`, () => {
    requireAll(needs)

    test('scores its seed', async () => {
      const { exitCode, stdout, stderr } = await avo(['eval', await copyExample(name), '--json'])
      expect({ exitCode, stderr, ...parse(stdout) }).toMatchObject({
        exitCode: 0,
        candidate: 'seed',
        correct: true,
      })
    })

    test('is run by the built-in model', { timeout: RUN_TIMEOUT_MS }, async () => {
      const limits = ['--provider', 'builtin', '--max-attempts', String(attempts), '--max-wall-time', '10m']
      const directory = await copyExample(name)
      const { exitCode, stdout, stderr } = await avo(['run', directory, ...limits, ...run, '--json'])
      const events = stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Event => JSON.parse(line))
      const reasons = events.flatMap((event) => (event.type === 'run.ended' ? [event.reason] : []))
      expect({ exitCode, stderr, reasons }).toMatchObject({
        exitCode: 0,
        reasons: [{ kind: expect.stringMatching(/^(max-attempts|exhausted)$/) }],
      })
      expect(events.filter(({ type }) => type === 'solution.submitted')).not.toEqual([])
      const versions = events.filter(
        (event) => event.type === 'version.committed' && event.version.number > 0,
      )
      if (expectsVersions) expect(versions).not.toEqual([])
    })

    test('has a scorer that no attack forges', { timeout: RUN_TIMEOUT_MS }, async () => {
      const { exitCode, stdout, stderr } = await avo(['audit', await copyExample(name), '--json'])
      const results: readonly AttackResult[] = JSON.parse(stdout || '{"results":[]}').results
      const forged = results.filter(({ outcome }) => outcome === 'forged')
      expect({ exitCode, forged }, stderr).toEqual({ exitCode: 0, forged: [] })
      expect(results.filter(({ outcome }) => outcome !== 'not applicable').length).toBeGreaterThan(5)
    })

    test.for(Object.entries(broken))('says what is wrong: %s', async ([, { file, content, says }]) => {
      const directory = await copyExample(name)
      const candidate = await copySeed(directory)
      const path = join(candidate, file)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, typeof content === 'string' ? content : content(await readFile(path, 'utf8')))
      const { exitCode, stdout, stderr } = await avo(['eval', directory, '--candidate', candidate, '--json'])
      const { correct, ...told } = parse(stdout)
      expect({ exitCode, correct }, stderr).toEqual({ exitCode: 3, correct: false })
      // What the agent is shown of it.
      const words = ['reason', 'feedback', 'output'].map((key) => told[key] ?? '').join('\n')
      expect(words).toMatch(says)
      expect(words.length).toBeLessThan(MAX_FEEDBACK_CHARACTERS)
    })
  })
}

/** A task of its own, made as a person makes it; gone after the test. */
async function copyExample(name: string): Promise<string> {
  const directory = join(await makeTask({}), name)
  const { exitCode, stderr } = await avo(['init', directory, '--from', name])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const names = await readdir(directory)
  expect(names).toEqual(expect.arrayContaining(['README.md', 'avo.yaml', 'knowledge-base', 'scorer']))
  expect(names).not.toContain('workspace')
  expect(names).not.toContain('.avo')
  return directory
}

/** The files of a task's seed, wherever it has them from. */
async function copySeed(task: string): Promise<string> {
  const { seed } = await readConfig(join(task, 'avo.yaml'))
  const scratch = await makeTask({})
  const candidate = join(scratch, 'candidate')
  await cp((await collectSeed(seed, scratch)).directory, candidate, { recursive: true })
  return candidate
}

function parse(json: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(json || '{}')
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
