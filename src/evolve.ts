import type { Stall, Verdict } from './attempt.ts'
import { AvoError } from './errors.ts'
import { AttemptHalt, RunHalt } from './halt.ts'
import type { Journal } from './journal.ts'
import type { Lineage, Solution, Version } from './lineage.ts'
import type { CorrectScore, Score } from './score.ts'
import { setAside } from './set-aside.ts'
import type { StopCondition, StopReason } from './stop.ts'

/**
 * What the algorithm needs from the world. Each is one function, so that this file can be read without the others:
 * `vary` is in agent/, `calibrate`, `gate` and `compare` in gate/, `evaluate` in evaluation/, `supervise` in
 * supervision/, `learn` in lessons/, and `create-evolution.ts` joins them.
 */
export interface Evolution {
  /** Every fact goes here; `journal.state` is what they add up to. */
  readonly journal: Journal
  /** P: the accepted versions, as commits. */
  readonly lineage: Lineage
  /** `sha256:…` of the scorer f. */
  readonly scorer: string
  /** x_0: puts the person's seed into the workspace. */
  seed(): Promise<Solution>
  /** f: measures a solution, outside the agent's reach. */
  evaluate(solution: Solution, signal: AbortSignal): Promise<Score>
  /** Vary(P) = Agent(P, K, f): one attempt of the agent; null when a cap cut it short, so that it can go on later. */
  vary(attempt: number, signal: AbortSignal): Promise<Solution | Abandoned | null>
  /** Numbers of the past attempts that the next one is shown. */
  inspire(): readonly number[]
  /** Finds out how noisy f is here and now, unless that is known. */
  calibrate(signal: AbortSignal): Promise<void>
  /** Correct, and measurably better than the best? */
  gate(solution: Solution, best: Version, signal: AbortSignal): Promise<Verdict>
  /** Measures the newest version against the seed, and records what came out. */
  compare(signal: AbortSignal): Promise<void>
  /** Redirects the agent when the search stalls or goes round in circles. */
  supervise(signal: AbortSignal): Promise<void>
  /** Takes a lesson from every attempt that was decided and has none yet. */
  learn(signal: AbortSignal): Promise<void>
  /** Takes over what the person has changed in the settings meanwhile, and says whether there was anything. */
  reload(): Promise<boolean>
  readonly stop: StopCondition
}

/** An attempt that came to nothing, and why. */
export interface Abandoned {
  readonly abandoned: string
  /** Whether it was the model that would not go on. */
  readonly refused?: boolean
  /** How it stood still, where that ended it. */
  readonly stalled?: Stall
}

/** Accepted versions between two comparisons with the seed. */
const COMPARE_EVERY = 10

/**
 * The algorithm (AVO, arXiv 2603.24517):
 *
 *     P ← {(x_0, f(x_0))}
 *     until a stop condition holds:
 *         x ← Vary(P)
 *         P ← Update(P, x)
 *
 * The agent proposes, this loop decides: nothing that the agent says or measures enters the lineage. Every step reads
 * the journal's state and appends to it, so a run that was killed anywhere goes on from here as if it had not been.
 */
export async function evolve(run: Evolution, signal: AbortSignal): Promise<StopReason> {
  let reason = await take(run, prepare, signal)
  while (reason === null) reason = await take(run, advance, signal)
  await take(run, conclude, signal)
  run.journal.record({ type: 'run.ended', reason })
  return reason
}

type Step = (run: Evolution, signal: AbortSignal) => Promise<void>

/** Takes a step and says why it was the last, or null. One that is halted goes on where the person has raised its cap meanwhile. */
async function take(run: Evolution, step: Step, signal: AbortSignal): Promise<StopReason | null> {
  signal.throwIfAborted()
  const halt = await step(run, signal).then(() => null, toHalt)
  const isChanged = await run.reload()
  return run.stop(run.journal.state) ?? (isChanged ? null : (halt?.reason ?? null))
}

function toHalt(error: unknown): RunHalt {
  if (error instanceof RunHalt) return error
  throw error
}

async function prepare(run: Evolution, signal: AbortSignal): Promise<void> {
  if (run.journal.state.versions.length === 0) await plant(run, signal)
  await remeasure(run, signal)
  await run.calibrate(signal)
  await update(run, signal)
  await run.learn(signal)
}

async function advance(run: Evolution, signal: AbortSignal): Promise<void> {
  await run.supervise(signal)
  await vary(run, signal)
  await update(run, signal)
  await run.learn(signal)
  await compare(run, COMPARE_EVERY, signal)
}

async function conclude(run: Evolution, signal: AbortSignal): Promise<void> {
  await compare(run, 1, signal)
}

/** P ← {(x_0, f(x_0))}. A seed that can't be scored ends the run: there would be nothing to compare with. */
async function plant(run: Evolution, signal: AbortSignal): Promise<void> {
  const seed = await run.seed()
  const score = await measure(run, seed, 'the seed', signal)
  const version = await run.lineage.commit(seed, {
    score,
    gain: 0,
    attempt: 0,
    scorer: run.scorer,
    costUsd: 0,
  })
  run.journal.record({ type: 'version.committed', version })
}

/** Scores of two scorers are never compared: when the person changed theirs, the best version and the seed are measured again. */
async function remeasure(run: Evolution, signal: AbortSignal): Promise<void> {
  const { versions } = run.journal.state
  for (const version of new Set([versions.at(-1), versions.at(0)])) {
    if (version === undefined || version.scorer === run.scorer) continue
    const score = await measure(run, version, `v${version.number}`, signal)
    run.journal.record({ type: 'version.remeasured', number: version.number, score, scorer: run.scorer })
  }
}

async function measure(
  run: Evolution,
  solution: Solution,
  name: string,
  signal: AbortSignal,
): Promise<CorrectScore> {
  const score = await run.evaluate(solution, signal)
  if (score.correct) return score
  throw new AvoError(
    'scorer',
    `${name} can't be scored: ${score.reason}${score.output ? `\n${score.output}` : ''}`,
    'Mend the seed or the scorer; `avo eval` shows all that the scorer says.',
  )
}

/** x ← Vary(P). An attempt that was cut off goes on; one whose solution waits for its verdict has done its part. */
async function vary(run: Evolution, signal: AbortSignal): Promise<void> {
  const { state } = run.journal
  if (state.attempt?.solution !== undefined) return
  const attempt = state.attempt?.number ?? (state.ledger.at(-1)?.number ?? 0) + 1
  if (state.attempt === null) start(run, attempt)

  const result = await run.vary(attempt, signal).catch(toAbandoned)
  if (result === null) return
  if ('abandoned' in result) {
    const { abandoned: reason, refused = false, ...stalled } = result
    run.journal.record({ type: 'attempt.abandoned', attempt, reason, refused, ...stalled })
    return
  }
  await run.lineage.keep(attempt, result, state.costSinceVersionUsd)
  run.journal.record({ type: 'solution.submitted', attempt, solution: result })
}

function start({ journal, inspire }: Evolution, attempt: number): void {
  const inspirations = inspire()
  journal.record({ type: 'attempt.started', attempt, ...(inspirations.length === 0 ? {} : { inspirations }) })
}

function toAbandoned(error: unknown): Abandoned {
  if (error instanceof AttemptHalt) return { abandoned: error.message }
  throw error
}

/** P ← Update(P, x). Does nothing when no solution waits for its verdict. */
async function update(run: Evolution, signal: AbortSignal): Promise<void> {
  const { state } = run.journal
  const best = state.versions.at(-1)
  const open = state.attempt
  if (best === undefined || open?.solution === undefined) return
  const { number: attempt, solution } = open

  const verdict = open.verdict ?? (await run.gate(solution, best, signal))
  if (open.verdict === undefined) run.journal.record({ type: 'gate.decided', attempt, verdict })

  if (verdict.outcome === 'better') {
    const { score, gain, evidence } = verdict
    const { costSinceVersionUsd: costUsd, redirection } = state
    const base = redirection.base === null ? {} : { base: redirection.base }
    const record = { score, gain, evidence, attempt, ...base, scorer: run.scorer, costUsd }
    const version = await run.lineage.commit(solution, record)
    run.journal.record({ type: 'version.committed', version })
  } else if (verdict.outcome === 'not-better') {
    run.journal.record({ type: 'candidate.rejected', attempt, reason: verdict.reason })
  } else setAside(run.journal, attempt, verdict)
}

/** The headline: small gains can be one gain that was told many times, so the lineage is held against its beginning. */
async function compare(run: Evolution, every: number, signal: AbortSignal): Promise<void> {
  const { versions, comparison } = run.journal.state
  const newest = versions.length - 1
  if (newest > 0 && newest % every === 0 && comparison?.version !== newest) await run.compare(signal)
}
