import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openLineage } from '../../src/adapters.ts'
import { SYSTEM_CLOCK } from '../../src/clock.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Event, Usage } from '../../src/events.ts'
import { createRandom } from '../../src/gate/random.ts'
import type { Version } from '../../src/lineage.ts'
import type { Round, Stage } from '../../src/measurement.ts'
import type { Message } from '../../src/model/model.ts'
import { DIRECTION_KINDS, type ProposedDirection } from '../../src/redirection.ts'
import { type CorrectScore, geometricMean } from '../../src/score.ts'
import { openConversation } from '../../src/storage/conversation-file.ts'
import { openJournal } from '../../src/storage/journal-file.ts'
import { openRunDirectory } from '../../src/storage/run-directory.ts'
import { weighKinds } from '../../src/supervision/bandit.ts'
import { CHANGES, DEMO_FILES, type DemoChange, SOLUTION, solutionWith } from './demo-task.ts'

const CONFIGURATIONS = [
  ['n = 128', 6.1],
  ['n = 512', 3.9],
  ['n = 1024', 2.4],
  ['n = 2048', 1.7],
] as const
const NOISE = 0.015
const SCORER = `sha256:${'4c1f'.repeat(16)}`
const RULES = {
  direction: 'maximize',
  accept: 'improvement',
  plan: { kind: 'paired', maxRounds: 30, confirmRounds: 5 },
  alpha: 0.02,
  floor: 0.005,
  sd: NOISE,
  drift: 0.02,
  limits: [],
  bounds: [],
  seed: 1,
} as const

export interface DemoRun {
  readonly attempts: number
  /** Another one gives another course. */
  readonly seed: number
  /** When it begins: milliseconds since 1970. */
  readonly startMs: number
}

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
  const { events, conversation: conversationFile } = await openRunDirectory(config.recordsDirectory)
  const lineage = await openLineage(config, true)
  const random = createRandom(seed)
  let now = startMs
  const clock = { ...SYSTEM_CLOCK, now: () => now, steadyMs: () => now }
  const journal = await openJournal(events, { clock })
  const conversation = await openConversation(conversationFile)
  const { state } = journal
  const record = (event: Event, tookMs = 0): void => {
    now += tookMs
    journal.record(event)
  }
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  /** A measurement: the true speeds, times what the noise makes of them. */
  const measure = (speeds: readonly number[]): CorrectScore => {
    const scores = CONFIGURATIONS.map(([configuration], index) => ({
      configuration,
      value: (speeds[index] ?? 1) * Math.exp((NOISE / 1.4) * normal()),
    }))
    return { correct: true, value: geometricMean(scores.map(({ value }) => value)), scores }
  }
  const round = (stage: Stage, candidate: readonly number[], reference: readonly number[]): Round => ({
    stage,
    against: state.versions.length - 1,
    candidate: measure(candidate),
    reference: measure(reference),
    first: random() < 0.5 ? 'candidate' : 'reference',
    durationMs: 4_200 + 800 * random(),
  })

  let best: readonly number[] = CONFIGURATIONS.map(([, speed]) => speed)
  const changes: DemoChange[] = []
  record({
    type: 'run.started',
    project: config.projectName,
    provider: 'anthropic',
    model: 'anthropic/claude-opus-4-5',
    scorer: SCORER,
    sandbox: 'bubblewrap',
    resumed: false,
  })
  const first = await lineage.seed(config.seed)
  const version = await lineage.commit(first, {
    score: measure(best),
    gain: 0,
    attempt: 0,
    scorer: SCORER,
    costUsd: 0,
  })
  record(
    { type: 'version.committed', version: { ...version, committedAt: new Date(now).toISOString() } },
    9_000,
  )
  record(
    {
      type: 'gate.calibrated',
      calibration: {
        scorer: SCORER,
        machine: 'AMD EPYC 7763, 16 cores, bench-02',
        version: 0,
        rounds: Array.from({ length: 20 }, () => round('calibrate', best, best)),
      },
    },
    48_000,
  )
  let calls = 0
  let isRecent = false

  for (let attempt = 1; attempt <= attempts; attempt++) {
    supervise(attempt)
    record(
      {
        type: 'attempt.started',
        attempt,
        ...(attempt > 8 ? { inspirations: [attempt - 3, attempt - 7] } : {}),
      },
      900,
    )
    const change = CHANGES[Math.floor(random() * CHANGES.length)]
    if (change === undefined) throw new Error('there is no change to try')
    const isNew = !changes.includes(change)
    const kind = outcomeOf(isNew, random())
    isRecent = attempts - attempt < 6
    const turns = 3 + Math.floor(random() * 5)
    for (let turn = 1; turn <= turns; turn++) await play(attempt, turn, turns, change, kind)
    if (kind === 'stalled') {
      record({ type: 'attempt.stalled', attempt, turn: turns, stall: 'repeating', turns: 6 }, 1_000)
      record({
        type: 'attempt.abandoned',
        attempt,
        reason: 'the agent made the same calls again and again, for 8 turns in a row',
        refused: false,
        stalled: 'repeating',
      })
      continue
    }
    const tree = await treeOf([...changes, ...(isNew ? [change] : [])], attempt)
    const solution = {
      tree,
      summary: `${change.title}\n\n${change.why}`,
      ...(change.document === undefined ? {} : { documents: [change.document] }),
    }
    record({ type: 'solution.submitted', attempt, solution }, 400)
    record({
      type: 'gate.opened',
      attempt,
      codeId: tree,
      rules: { ...RULES, best: state.versions.length - 1 },
    })
    await decide(attempt, change, kind, solution)
  }
  record({
    type: 'run.ended',
    reason: { kind: 'max-attempts', message: `${attempts} attempts were made, the limit is ${attempts}` },
  })
  conversation.close()
  journal.close()

  async function play(
    attempt: number,
    turn: number,
    turns: number,
    change: DemoChange,
    kind: string,
  ): Promise<void> {
    calls += 1
    const usage: Usage = {
      inputTokens: 300 + Math.floor(500 * random()),
      cacheReadTokens: 21_000 + 900 * turn,
      cacheWriteTokens: 1_400 + Math.floor(600 * random()),
      outputTokens: 300 + Math.floor(1_100 * random()),
    }
    const text =
      turn === 1
        ? change.plan
        : turn === turns
          ? 'It holds up: I submit it.'
          : 'The inner loop is what counts. I look at what the compiler makes of it.'
    const reply = {
      type: 'model.replied',
      attempt,
      turn,
      usage,
      costUsd:
        (usage.inputTokens * 5 +
          usage.cacheReadTokens * 0.5 +
          usage.cacheWriteTokens * 6.25 +
          usage.outputTokens * 25) /
        1e6,
      durationMs: 4_000 + Math.floor(14_000 * random()),
      text,
      end: 'tool-calls',
      calls: 1,
    } as const
    record(reply, reply.durationMs)
    const tool =
      turn === 1
        ? 'search_knowledge'
        : turn === 2
          ? 'edit_file'
          : turn === turns
            ? 'submit'
            : turn % 2 === 0
              ? 'run_shell'
              : 'evaluate'
    const about = {
      search_knowledge: 'blocking for caches',
      edit_file: SOLUTION,
      submit: change.title,
      run_shell: 'gcc -O3 -march=native -S matmul.c | grep vfmadd',
      evaluate: '',
    }[tool]
    const call = `call-${calls}`
    record({ type: 'tool.called', attempt, turn, tool, about, call })
    if (tool === 'evaluate') evaluate(attempt, change, kind)
    const shown =
      tool === 'search_knowledge' && change.document !== undefined
        ? [{ document: change.document, lines: [12, 40] as const }]
        : []
    record(
      {
        type: 'tool.returned',
        attempt,
        turn,
        tool,
        failed: tool === 'run_shell' && random() < 0.1,
        durationMs: 120,
        effect: call,
        changed: tool === 'edit_file',
        ...(shown.length === 0 ? {} : { shown }),
      },
      1_500,
    )
    if (!isRecent) return
    const input =
      tool === 'edit_file'
        ? { path: SOLUTION, old_text: 'for (int k = 0; k < n; k++)', new_text: change.code }
        : { about }
    const message: Message = {
      role: 'assistant',
      content: [
        { type: 'text', text },
        { type: 'tool_call', id: call, name: tool, input },
      ],
    }
    if (turn === 1)
      conversation.append({
        role: 'user',
        content: [
          {
            type: 'text',
            text: `# Attempt ${attempt}\n\nThe best version is v${state.versions.length - 1}.`,
          },
        ],
      })
    conversation.appendReply(message, reply)
    conversation.append({
      role: 'user',
      content: [
        {
          type: 'tool_result',
          id: call,
          text:
            tool === 'run_shell'
              ? '  412: vfmadd231pd ymm0, ymm1, [rdx+rax]\n  418: vfmadd231pd ymm2, ymm3, [rdx+rax+32]\n'
              : 'done',
          failed: false,
        },
      ],
    })
  }

  function evaluate(attempt: number, change: DemoChange, kind: string): void {
    const tree = `${attempt}`.padStart(40, '0')
    const score =
      kind === 'incorrect'
        ? ({
            correct: false,
            failure: 'incorrect',
            reason: `n = 1024: the entry at row ${attempt % 97}, column 3 is off by 4.1e-3`,
            output: 'max abs error 4.1e-3, allowed 1e-9',
          } as const)
        : measure(speedsOf(change, kind))
    record(
      { type: 'candidate.evaluated', attempt, by: 'agent', tree, score, durationMs: 9_000, scorerRuns: 2 },
      9_000,
    )
  }

  function speedsOf(change: DemoChange, kind: string): readonly number[] {
    const factor = kind === 'better' ? 1 + change.gain : 1 - 0.35 * random() ** 3 + 0.002
    return best.map((speed, index) => speed * factor ** (kind === 'better' ? 0.7 + 0.2 * index : 1))
  }

  async function decide(
    attempt: number,
    change: DemoChange,
    kind: string,
    solution: { tree: string; summary: string },
  ): Promise<void> {
    if (kind === 'incorrect' || kind === 'timeout') {
      const score =
        kind === 'incorrect'
          ? ({
              correct: false,
              failure: 'incorrect',
              reason: `n = 1024: the entry at row ${attempt % 97}, column 3 is off by 4.1e-3`,
            } as const)
          : ({ correct: false, failure: 'timeout', reason: 'n = 2048: it was ended after 60 s' } as const)
      const verdict = { outcome: 'not-better', reason: score.reason, score, gain: null } as const
      record({ type: 'gate.decided', attempt, verdict }, 12_000)
      record({ type: 'candidate.rejected', attempt, reason: score.reason })
      return
    }
    const speeds = speedsOf(change, kind)
    const rounds = kind === 'better' ? 11 : 4
    const measured = Array.from({ length: rounds }, (_, index) =>
      round(index < rounds - 5 ? 'decide' : 'confirm', speeds, best),
    )
    for (const one of measured) record({ type: 'gate.sampled', attempt, round: one }, one.durationMs)
    const [after, before] = [measure(speeds), measure(best)]
    const gain = after.value / before.value - 1
    const interval = { low: gain - 2 * NOISE * (0.6 + random()), high: gain + 2 * NOISE * (0.6 + random()) }
    const percent = (value: number): string => `${value < 0 ? '' : '+'}${(100 * value).toFixed(1)}%`
    if (kind !== 'better') {
      const reason = `not better than v${state.versions.length - 1}: ${percent(gain)} [${percent(interval.low)}, ${percent(interval.high)}] in ${rounds} rounds`
      record({
        type: 'gate.decided',
        attempt,
        verdict: { outcome: 'not-better', reason, score: after, reference: before, gain, interval },
      })
      record({ type: 'candidate.rejected', attempt, reason })
      return
    }
    const evidence = {
      rounds,
      interval,
      z: Math.log1p(gain) / NOISE,
      worst: { configuration: 'n = 128', change: gain / 3 },
      held: null,
      unconfirmed: false,
    }
    record({
      type: 'gate.decided',
      attempt,
      verdict: {
        outcome: 'better',
        reason: `${percent(gain)} in ${rounds} rounds`,
        score: after,
        gain,
        evidence,
      },
    })
    const committed: Version = await lineage.commit(solution, {
      score: after,
      gain,
      evidence,
      attempt,
      scorer: SCORER,
      costUsd: state.costSinceVersionUsd,
    })
    record({ type: 'version.committed', version: { ...committed, committedAt: new Date(now).toISOString() } })
    best = speeds
    changes.push(change)
    if (state.versions.length === 11)
      record({
        type: 'lineage.compared',
        comparison: {
          version: 10,
          gain: after.value / (state.versions[0]?.score.value ?? 1) - 1,
          interval: {
            low: after.value / (state.versions[0]?.score.value ?? 1) - 1.06,
            high: after.value / (state.versions[0]?.score.value ?? 1) - 0.95,
          },
          promised: after.value / (state.versions[0]?.score.value ?? 1) - 1,
          differs: false,
          counted: 10,
          rounds: [],
        },
      })
  }

  function outcomeOf(isNew: boolean, lot: number): 'better' | 'worse' | 'incorrect' | 'timeout' | 'stalled' {
    if (lot < 0.14) return 'incorrect'
    if (lot < 0.18) return 'timeout'
    if (lot < 0.25) return 'stalled'
    return isNew && lot > 0.7 ? 'better' : 'worse'
  }

  function supervise(attempt: number): void {
    const { failedAttempts, redirection, ledger } = state
    if (failedAttempts >= 10 && failedAttempts % 10 === 0)
      record(
        {
          type: 'supervisor.intervened',
          sign: `${failedAttempts} attempts in a row brought no version; the last five changed the same loop`,
          kind: 'failing',
          step: redirection.fruitless > 0 ? 'fresh-context' : 'redirect',
          directions: directionsOf(attempt),
          usage: { inputTokens: 9_000, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 900 },
          costUsd: 0.07,
        },
        14_000,
      )
    const [next] = state.redirection.queue
    if (state.redirection.inForce === null && next !== undefined)
      record({ type: 'direction.chosen', direction: next.number, attempts: 3, weights: weighKinds(ledger) })
  }

  function directionsOf(attempt: number): readonly ProposedDirection[] {
    return [0, 2, 4].map((offset) => ({
      kind: DIRECTION_KINDS[(attempt + offset) % DIRECTION_KINDS.length] ?? 'explore',
      what:
        [
          'Pack B into panels that fit the second-level cache before the inner loops',
          'Count loads against multiplications in the assembly and find what the kernel waits for',
          'Give each thread a strip of C and leave A shared',
        ][offset / 2] ?? '',
      why: 'Every accepted version so far has made the inner loop shorter, and none has changed what it reads.',
      read: ['avo/caches.md'],
      giveUp: 'n = 2048 is no faster after two attempts.',
    }))
  }

  async function treeOf(applied: readonly DemoChange[], attempt: number): Promise<string> {
    await writeFile(join(config.workspaceDirectory, SOLUTION), solutionWith(applied, attempt))
    return lineage.snapshot()
  }
}
