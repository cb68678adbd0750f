import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SYSTEM_CLOCK } from '../../src/clock.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Event } from '../../src/events.ts'
import { createRandom } from '../../src/gate/random.ts'
import type { Solution, VersionRecord } from '../../src/lineage.ts'
import { openLineage } from '../../src/running/adapters.ts'
import { openConversation } from '../../src/storage/conversation-file.ts'
import { openJournal } from '../../src/storage/journal-file.ts'
import { openRunDirectory } from '../../src/storage/run-directory.ts'
import { renderGain, renderPercent } from '../../src/text.ts'
import { playDemoAttempt } from './demo-agent.ts'
import {
  createDemoScorer,
  type DemoOutcome,
  NOISE,
  RULES,
  SCORER,
  SEED_SPEEDS,
  speedsAfter,
} from './demo-measurement.ts'
import { superviseDemo } from './demo-supervisor.ts'
import { CHANGES, DEMO_FILES, type DemoChange, SOLUTION, solutionWith } from './demo-task.ts'

export interface DemoRun {
  readonly attempts: number
  /** Another one gives another course. */
  readonly seed: number
  /** When it begins: milliseconds since 1970. */
  readonly startMs: number
}

/** Attempts whose words are still in the agent's memory. */
const REMEMBERED = 6

/**
 * A run such as people have overnight, written by the journal's own writer with a real lineage in git: noise, rejected and
 * incorrect attempts, documents, the supervisor, what was said in the newest attempts. Its figures are made up.
 */
export async function writeDemoRun(directory: string, { attempts, seed, startMs }: DemoRun): Promise<void> {
  for (const [path, content] of Object.entries(DEMO_FILES)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), content)
  }
  const config = await readConfig(directory)
  const files = await openRunDirectory(config.recordsDirectory)
  const lineage = await openLineage(config, true)
  const random = createRandom(seed)
  const scorer = createDemoScorer(random)
  let now = startMs
  const journal = await openJournal(files.events, {
    clock: { ...SYSTEM_CLOCK, now: () => now, steadyMs: () => now },
  })
  const conversation = await openConversation(files.conversation)
  const { state } = journal
  const newest = (): number => state.versions.length - 1
  const changes: DemoChange[] = []
  let best = SEED_SPEEDS

  await begin()
  for (let attempt = 1; attempt <= attempts; attempt++) {
    superviseDemo(state, attempt, (event) => record(event, 14_000))
    const inspirations = attempt > 8 ? { inspirations: [attempt - 3, attempt - 7] } : {}
    record({ type: 'attempt.started', attempt, ...inspirations }, 900)
    const change = CHANGES[Math.floor(random() * CHANGES.length)]
    if (change === undefined) throw new Error('there is no change to try')
    await play(attempt, change, drawOutcome(change))
  }
  const message = `${attempts} attempts were made, the limit is ${attempts}`
  record({ type: 'run.ended', reason: { kind: 'max-attempts', message } })
  conversation.close()
  journal.close()

  function record(event: Event, tookMs = 0): void {
    now += tookMs
    journal.record(event)
  }

  async function begin(): Promise<void> {
    const model = 'anthropic/claude-opus-4-5'
    const started = { provider: 'anthropic', model, scorer: SCORER, sandbox: 'bubblewrap', resumed: false }
    record({ type: 'run.started', project: config.projectName, ...started })
    now += 9_000
    await commit(await lineage.seed(config.seed), {
      score: scorer.measure(best),
      gain: 0,
      attempt: 0,
      scorer: SCORER,
      costUsd: 0,
    })
    const rounds = Array.from({ length: 20 }, () => scorer.round('calibrate', 0, best, best))
    const machine = 'AMD EPYC 7763, 16 cores, bench-02'
    record({ type: 'gate.calibrated', calibration: { scorer: SCORER, machine, version: 0, rounds } }, 48_000)
  }

  function drawOutcome(change: DemoChange): DemoOutcome {
    const lot = random()
    if (lot < 0.14) return 'incorrect'
    if (lot < 0.18) return 'timeout'
    if (lot < 0.25) return 'stalled'
    return !changes.includes(change) && lot > 0.7 ? 'better' : 'worse'
  }

  async function play(attempt: number, change: DemoChange, outcome: DemoOutcome): Promise<void> {
    const speeds = speedsAfter(best, change, outcome, random)
    playDemoAttempt(
      {
        number: attempt,
        change,
        turns: 3 + Math.floor(random() * 5),
        best: newest(),
        isRemembered: attempts - attempt < REMEMBERED,
        evaluate: () => (outcome === 'incorrect' ? scorer.fail(outcome, attempt) : scorer.measure(speeds)),
      },
      { record, random, conversation },
    )
    if (outcome === 'stalled') {
      const reason = 'the agent made the same calls again and again, for 8 turns in a row'
      record({ type: 'attempt.abandoned', attempt, reason, refused: false, stalled: 'repeating' })
      return
    }
    const applied = changes.includes(change) ? changes : [...changes, change]
    await writeFile(join(config.workspaceDirectory, SOLUTION), solutionWith(applied, attempt))
    const documents = change.document === undefined ? {} : { documents: [change.document] }
    const solution = {
      tree: await lineage.snapshot(),
      summary: `${change.title}\n\n${change.why}`,
      ...documents,
    }
    record({ type: 'solution.submitted', attempt, solution }, 400)
    record({ type: 'gate.opened', attempt, codeId: solution.tree, rules: { ...RULES, best: newest() } })
    if (outcome === 'incorrect' || outcome === 'timeout') fail(attempt, outcome)
    else await decide(attempt, solution, speeds, outcome === 'better')
    if (outcome !== 'better') return
    best = speeds
    changes.push(change)
  }

  function fail(attempt: number, kind: 'incorrect' | 'timeout'): void {
    const score = scorer.fail(kind, attempt)
    const { reason } = score
    record(
      { type: 'gate.decided', attempt, verdict: { outcome: 'not-better', reason, score, gain: null } },
      12_000,
    )
    record({ type: 'candidate.rejected', attempt, reason })
  }

  async function decide(
    attempt: number,
    solution: Solution,
    speeds: readonly number[],
    isBetter: boolean,
  ): Promise<void> {
    const count = isBetter ? 11 : 4
    for (let index = 0; index < count; index++) {
      const round = scorer.round(index < count - 5 ? 'decide' : 'confirm', newest(), speeds, best)
      record({ type: 'gate.sampled', attempt, round }, round.durationMs)
    }
    const [score, reference] = [scorer.measure(speeds), scorer.measure(best)]
    const gain = score.value / reference.value - 1
    const interval = {
      low: gain - 1.2 * NOISE * (0.5 + random()),
      high: gain + 1.2 * NOISE * (0.5 + random()),
    }
    if (!isBetter) {
      const reason = `not better than v${newest()}: ${renderGain(gain, interval)} in ${count} rounds`
      record({
        type: 'gate.decided',
        attempt,
        verdict: { outcome: 'not-better', reason, score, reference, gain, interval },
      })
      record({ type: 'candidate.rejected', attempt, reason })
      return
    }
    const worst = { configuration: 'n = 128', change: gain / 3 }
    const evidence = {
      rounds: count,
      interval,
      z: Math.log1p(gain) / NOISE,
      worst,
      held: null,
      unconfirmed: false,
    }
    const reason = `${renderPercent(gain)} in ${count} rounds`
    record({ type: 'gate.decided', attempt, verdict: { outcome: 'better', reason, score, gain, evidence } })
    await commit(solution, {
      score,
      gain,
      evidence,
      attempt,
      scorer: SCORER,
      costUsd: state.costSinceVersionUsd,
    })
  }

  async function commit(solution: Solution, version: VersionRecord): Promise<void> {
    const committed = await lineage.commit(solution, version)
    record({ type: 'version.committed', version: { ...committed, committedAt: new Date(now).toISOString() } })
  }
}
