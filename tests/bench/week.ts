import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import type { Figure } from './figure.ts'
import { type Billed, CONTEXT_TOKENS, playLongRun, TURNS_PER_ATTEMPT } from './long-run.ts'
import { writeLongHistory } from './ten-thousand.ts'

const TURNS = 2_000
const ATTEMPTS = 10_000
/** Turns that are averaged: more than lie between two compactions. */
const WINDOW = 100
const CACHE_WINDOW = 500

/**
 * Writing 10,000 attempts waits for the disk some 200,000 times; here it does not. What is read of them later would come from
 * the page cache anyway.
 */
const MEMORY = '/dev/shm'

/** What a run costs after a week: in tokens per turn, and to go on with it. */
export async function benchWeek(): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'avo-bench-'))
  try {
    const [long, old] = [join(directory, 'long'), join(directory, 'old')]
    const turns = await playLongRun(long, { attempts: TURNS / TURNS_PER_ATTEMPT })
    await writeLongHistory(old, ATTEMPTS)
    const resumed = Array.from({ length: 3 }, () => resume(old))
    return [
      atMost(
        `resuming after ${ATTEMPTS} attempts`,
        median(resumed.map(({ durationMs }) => durationMs)),
        1_000,
        'ms',
      ),
      atMost('  memory', median(resumed.map(({ memoryMb }) => memoryMb)), 200, 'MB'),
      atMost('  .avo/ an attempt', sizeOf(join(old, '.avo')) / ATTEMPTS / 1024, 20, 'KB'),
      atMost(
        `.avo/ an attempt, after ${TURNS} turns`,
        sizeOf(join(long, '.avo')) / (TURNS / TURNS_PER_ATTEMPT) / 1024,
        20,
        'KB',
      ),
      ...describeTokens(turns),
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function describeTokens(turns: readonly Billed[]): readonly Figure[] {
  const input = (from: number, to: number): number =>
    mean(turns.slice(from, to).map(({ inputTokens }) => inputTokens))
  const early = input(WINDOW / 2, 1.5 * WINDOW)
  const late = input(TURNS - WINDOW, TURNS)
  const shares = Array.from({ length: TURNS / CACHE_WINDOW }, (_, index) => {
    const window = turns.slice(index * CACHE_WINDOW, (index + 1) * CACHE_WINDOW)
    return (
      mean(window.map(({ cachedTokens }) => cachedTokens)) /
      mean(window.map(({ inputTokens }) => inputTokens))
    )
  })
  const share = 100 * Math.min(...shares)
  const largest = Math.max(...turns.map(({ inputTokens }) => inputTokens)) / 1_000
  return [
    {
      name: `input from the prompt cache, worst ${CACHE_WINDOW} turns`,
      value: `${share.toFixed(1)}%`,
      target: '≥ 90%',
      met: share >= 90,
    },
    atMost(`tokens a turn, at ${TURNS} to at ${WINDOW}`, late / early, 1.2, '×', 2),
    atMost('largest request', largest, CONTEXT_TOKENS / 1_000, 'k tokens'),
  ]
}

interface Resumed {
  readonly durationMs: number
  readonly memoryMb: number
  readonly attempts: number
}

function resume(directory: string): Resumed {
  const program = join(import.meta.dirname, 'resume.ts')
  const said = execFileSync(execPath, ['--optimize-for-size', program, directory], { encoding: 'utf8' })
  const resumed: Resumed = JSON.parse(said)
  if (resumed.attempts < ATTEMPTS)
    throw new Error(`the run that was resumed has ${resumed.attempts} attempts`)
  return resumed
}

/** Bytes of all files below a directory. */
function sizeOf(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  return files.reduce((sum, file) => sum + lstatSync(join(directory, file)).size, 0)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function atMost(name: string, value: number, limit: number, unit: string, digits = 1): Figure {
  return {
    name,
    value: `${value.toFixed(digits)} ${unit}`,
    target: `≤ ${limit} ${unit}`,
    met: value <= limit,
  }
}
