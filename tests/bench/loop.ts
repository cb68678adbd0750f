import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, readConfig } from '../../src/config/config.ts'
import type { RecordedEvent } from '../../src/events.ts'
import type { ModelClient } from '../../src/model/model.ts'
import { openRun } from '../../src/run.ts'
import { type ScriptedReply, scriptedModel, toReply } from '../scripted-model.ts'
import type { Figure } from './main.ts'

const ATTEMPTS = 1_000
/** An accepted version in each so many attempts. */
const VERSION_EVERY = 20
const never = new AbortController().signal

/**
 * What the harness adds around a model and a scorer that cost next to nothing: a whole run of 1,000 attempts, each a file
 * read, written, evaluated and submitted, with a real scorer process, real commits and a real journal.
 */
export async function benchLoop(): Promise<readonly Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'avo-bench-'))
  try {
    await writeTask(directory)
    const config = await readConfig(directory)
    const calls: number[] = []
    const events: TimedEvent[] = []
    const model: ModelClient = {
      name: 'bench/model',
      contextTokens: 200_000,
      maxReplyTokens: 0,
      priced: true,
      priceOf: () => 0,
      async respond() {
        const call = calls.push(performance.now())
        return toReply(playAttempt(call), call)
      },
    }
    const run = await openRun(config, { model })
    run.journal.subscribe((event) => events.push({ at: performance.now(), event }))
    await run.start(never)
    run.close()

    const bareScorerMs = median(times(50, () => timeBareScorer(directory)))
    const openings: number[] = []
    for (let round = 0; round < 5; round++) openings.push(await timeOpening(config))
    const rate =
      median(attemptTimes(events, 1, 20)) / median(attemptTimes(events, ATTEMPTS - 20, ATTEMPTS - 1))
    const memoryMb = process.resourceUsage().maxRSS / 1024
    return [
      atMost('per model turn', median(turnTimes(calls)), 5, 'ms'),
      atMost(
        "per evaluation over the scorer's own time",
        median(evaluationTimes(events)) - bareScorerMs,
        30,
        'ms',
      ),
      atMost('per accepted version', median(commitTimes(events)), 60, 'ms'),
      atMost(`opening a run of ${ATTEMPTS} attempts`, median(openings), 300, 'ms'),
      atMost('memory', memoryMb, 200, 'MB'),
      {
        name: `rate of attempts, ${ATTEMPTS}th to 10th`,
        value: rate.toFixed(2),
        target: '≥ 0.90',
        met: rate >= 0.9,
      },
    ]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface TimedEvent {
  /** Milliseconds on a clock that never jumps. */
  readonly at: number
  readonly event: RecordedEvent
}

async function writeTask(directory: string): Promise<void> {
  const files: Readonly<Record<string, string>> = {
    'avo.yaml': `llm: { provider: builtin }\nseed: seed\nscorer: { command: [sh, score.sh] }\nmax_attempts: ${ATTEMPTS}\nmax_versions: ${ATTEMPTS}\nsupervisor: { enabled: false }\n`,
    'seed/value.txt': '1\n',
    'scorer/score.sh':
      'read value < "$AVO_CANDIDATE/value.txt"\nprintf \'{"correct": true, "scores": {"value": %s}}\' "$value" > "$AVO_RESULT"\n',
  }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(directory, path, '..'), { recursive: true })
    await writeFile(join(directory, path), content)
  }
}

/** Four turns an attempt: look, write, evaluate, submit. Every so many attempts the value is a better one. */
function playAttempt(call: number): ScriptedReply {
  const attempt = Math.ceil(call / 4)
  const value = attempt % VERSION_EVERY === 0 ? 1 + attempt : 1 / (1 + attempt)
  const steps: readonly ScriptedReply[] = [
    { calls: [['read_file', { path: 'value.txt' }]] },
    { calls: [['write_file', { path: 'value.txt', content: `${value}\n` }]] },
    { calls: [['evaluate', {}]] },
    { calls: [['submit', { summary: `value ${value}` }]] },
  ]
  return steps[(call - 1) % 4] ?? {}
}

/** From a call of the model to the next, where a file was read or written in between. */
function turnTimes(calls: readonly number[]): number[] {
  return calls.flatMap((at, index) => {
    const next = calls[index + 1]
    return index % 4 < 2 && next !== undefined ? [next - at] : []
  })
}

function evaluationTimes(events: readonly TimedEvent[]): number[] {
  return events.flatMap(({ event }) => (event.type === 'candidate.evaluated' ? [event.durationMs] : []))
}

/** From the gate's word to the version's event on the disk. */
function commitTimes(events: readonly TimedEvent[]): number[] {
  return events.flatMap(({ at, event }, index) => {
    const before = events[index - 1]
    return event.type === 'version.committed' && before?.event.type === 'gate.decided' ? [at - before.at] : []
  })
}

/** How long each attempt took from its beginning to the next one's, attempts that became a version left out. */
function attemptTimes(events: readonly TimedEvent[], from: number, to: number): number[] {
  const starts = events.flatMap(({ at, event }) => (event.type === 'attempt.started' ? [at] : []))
  return starts.flatMap((at, index) => {
    const attempt = index + 1
    const next = starts[index + 1]
    const counts = attempt >= from && attempt <= to && attempt % VERSION_EVERY !== 0
    return counts && next !== undefined ? [next - at] : []
  })
}

async function timeOpening(config: Config): Promise<number> {
  const startedAt = performance.now()
  const run = await openRun(config, { model: scriptedModel([]) })
  const took = performance.now() - startedAt
  run.close()
  return took
}

function timeBareScorer(directory: string): number {
  const env = {
    ...process.env,
    AVO_CANDIDATE: join(directory, 'seed'),
    AVO_RESULT: join(directory, 'result.json'),
  }
  const startedAt = performance.now()
  spawnSync('sh', ['score.sh'], { cwd: join(directory, 'scorer'), env })
  return performance.now() - startedAt
}

function times<Result>(count: number, measure: () => Result): Result[] {
  return Array.from({ length: count }, measure)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function atMost(name: string, value: number, limit: number, unit: string): Figure {
  return { name, value: `${value.toFixed(1)} ${unit}`, target: `≤ ${limit} ${unit}`, met: value <= limit }
}
