import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { readRun } from '../../src/commands/inspect.ts'
import { readConfig } from '../../src/config/config.ts'
import { totalTokens } from '../../src/state/spent.ts'
import { startAvo } from '../cli/avo.ts'
import { processesNaming } from '../processes.ts'
import { makeTask, NUMBER_TASK } from '../task.ts'
import { openFlakyProvider, PRICES } from './flaky-provider.ts'

const TURNS = 5_000
const TURNS_OF_AN_ATTEMPT = 60
const MEGABYTE = 2 ** 20
/** Heap that the second half of the run may add: the ledger of its attempts, and what nobody has collected yet. */
const FLAT_MEGABYTES = 8

const memorySchema = z.object({ heapUsed: z.number(), rss: z.number() })

/** An attempt: edits and looks in turn, evaluates, submits something better. */
function play(reply: number): readonly (readonly [string, unknown])[] {
  const turn = reply % TURNS_OF_AN_ATTEMPT
  if (turn === TURNS_OF_AN_ATTEMPT - 2) return [['evaluate', {}]]
  if (turn === TURNS_OF_AN_ATTEMPT - 1) return [['submit', { summary: `reply ${reply}` }]]
  if (turn % 2 === 1) return [['read_file', { path: 'value.txt' }]]
  return [['write_file', { path: 'value.txt', content: `${2 + reply}\n` }]]
}

test('5,000 turns with a provider that fails one request in five: the same books on both sides', {
  timeout: 600_000,
}, async () => {
  const provider = await openFlakyProvider(play)
  onTestFinished(() => provider.close())
  const directory = await makeTask({
    ...NUMBER_TASK,
    'avo.yaml': JSON.stringify({
      project_name: 'soak',
      llm: {
        provider: 'anthropic',
        model: 'first',
        api_key: 'sk-soak-0123456789',
        base_url: provider.url,
        price: PRICES.first,
        max_tokens: 2_000,
        context_tokens: 30_000,
        timeout: 3,
        fallback: [
          {
            provider: 'anthropic',
            model: 'second',
            api_key: 'sk-soak-0123456789',
            base_url: provider.url,
            price: PRICES.second,
          },
        ],
      },
      scorer: { command: ['sh', 'score.sh'] },
      supervisor: { enabled: false },
      sandbox: 'process',
      max_versions: 1_000,
      max_agent_steps_per_variation: 200,
      max_cost_usd: 1_000,
    }),
  })
  const memory = join(directory, 'memory.jsonl')
  await writeFile(memory, '')

  const run = (maxTokens: number) =>
    startAvo(['run', directory, '--quiet', '--max-tokens', String(maxTokens)], {
      env: { MEMORY_FILE: memory },
      nodeOptions: ['--expose-gc', '--import', join(import.meta.dirname, 'hasten.ts')],
    })
  const state = async () => (await readRun(await readConfig(directory))).state

  // A first part that its cap ends, so that the rest goes on with a raised one.
  const little = 500_000
  const first = await run(little).ended
  expect(first).toMatchObject({ exitCode: 0, signal: null })
  const before = await state()
  expect(before.ended?.kind).toBe('max-tokens')
  expect(totalTokens(before)).toBe(provider.bill.tokens)
  expect(totalTokens(before)).toBeLessThanOrEqual(little)

  const cap = TURNS * 1_012 + 60_000
  const { child, ended } = run(cap)
  provider.onReply = (replies) => {
    if (replies % 1_000 === 0) child.kill('SIGUSR2')
  }
  const second = await ended
  expect(second).toMatchObject({ exitCode: 0, signal: null })
  expect(processesNaming(directory)).toEqual([])

  const after = await state()
  const { faults, bill } = provider
  const failed = Object.values(faults).reduce((sum, count) => sum + count, 0)
  const samples = (await readFile(memory, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => memorySchema.parse(JSON.parse(line)))
  const [early, late] = [samples[0], samples.at(-1)]
  process.stdout.write(
    `soak: ${after.turns} turns, ${after.ledger.length} attempts, ${after.versions.length - 1} versions, ${failed} faults ${JSON.stringify(faults)}; ` +
      `heap ${samples.map(({ heapUsed }) => (heapUsed / MEGABYTE).toFixed(1)).join(' → ')} MB, resident ${samples.map(({ rss }) => Math.round(rss / MEGABYTE)).join(' → ')} MB\n`,
  )
  expect(after.ended?.kind).toBe('max-tokens')
  expect(after.turns).toBeGreaterThanOrEqual(TURNS)
  expect(after.turns).toBe(bill.replies)
  expect(totalTokens(after)).toBe(bill.tokens)
  expect(totalTokens(after)).toBeLessThanOrEqual(cap)
  expect(after.costUsd).toBeCloseTo(bill.costUsd, 9)
  expect(after.model).toBe('anthropic/second')
  expect(failed / (failed + bill.replies)).toBeGreaterThan(0.15)
  expect(Object.keys(faults)).toHaveLength(13)
  expect((late?.heapUsed ?? 0) - (early?.heapUsed ?? 0)).toBeLessThan(FLAT_MEGABYTES * MEGABYTE)

  provider.refuseKeys()
  const third = await run(2 * cap).ended
  expect(third).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('llm.api_key') })
  expect((await state()).turns).toBe(after.turns)
})
