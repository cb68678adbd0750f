import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { AvoError } from '../errors.ts'
import { createEvaluator } from '../evaluation/create-evaluator.ts'
import type { Evaluator } from '../evaluation/evaluator.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { type CorrectScore, type Direction, logGain, type Score } from '../score.ts'
import { openFileLineage } from '../storage/file-lineage.ts'
import type { Attack, Language, Target } from './attack.ts'
import { ATTACKS } from './attacks.ts'
import { type Judgement, judge, notApplicable } from './judgement.ts'
import { inAuditScratch, withLease } from './scratch.ts'
import { readSources } from './variants.ts'

/** What came of one attack in one language. */
export interface AttackResult extends Judgement {
  readonly attack: string
  readonly family: string
  readonly language: Language
  readonly does: string
  readonly advice: string
}

/** What a scorer did under attack. */
export interface Audit {
  /** The isolation that it was done in. */
  readonly sandbox: string
  /** The seed's own score: the best of the times that it was scored. */
  readonly honest: CorrectScore
  /** How long a variant was given. */
  readonly timeoutSeconds: number
  readonly results: readonly AttackResult[]
}

/** What an audit needs besides the task. */
export interface AuditOptions {
  /** The sandbox that a run would use. */
  readonly sandbox: Sandbox
  /** Names of the attacks to try; all where there are none. */
  readonly only?: readonly string[]
  /** Is told each result when it is known. */
  readonly onResult?: (result: AttackResult) => void
}

/** How much longer than the seed a variant is given: an attack takes time of its own, and the machine may be busy. */
const SLOWDOWN = 4
const EXTRA_SECONDS = 5
/** How much longer than its limit an attack lives that nobody ends. */
const AFTERLIFE_SECONDS = 20
/** How many times the seed's score an attack writes where it can write a result. */
const BOAST = 10

/**
 * Attacks a task's scorer with cheating variants of its seed, one evaluation each, scored as a run would score them. Nothing
 * is left afterwards. Throws an `AvoError` where the seed can't be scored, where it is in no language that attacks are known
 * for, and where there is no attack of such a name.
 */
export async function auditScorer(
  config: Config,
  { sandbox, only = [], onResult }: AuditOptions,
  signal: AbortSignal,
): Promise<Audit> {
  const { direction, scorer, readable, network } = config
  demandKnown(only)
  return inAuditScratch(config.recordsDirectory, async ({ directory, snapshotDirectory }) => {
    const workspace = await openFileLineage({
      directory: join(directory, 'workspace'),
      recordsDirectory: join(directory, 'records'),
      editable: config.editable,
      project: config.projectName,
    })
    const { tree: seed } = await workspace.seed(config.seed)
    const sources = await readSources(workspace, seed)
    if (sources.languages.length === 0)
      throw new AvoError(
        'task',
        'no attacks are known for the language of this seed',
        'They are for editable files in Python, JavaScript, TypeScript, C, C++ and Verilog.',
      )

    const attacks = pickAttacks(only, sources.languages)
    const openEvaluator = (timeoutSeconds: number): Promise<Evaluator> => {
      const temporaryDirectory = join(directory, 'tmp')
      const timed = { ...scorer, timeoutSeconds }
      return createEvaluator(
        {
          scorer: timed,
          snapshotDirectory,
          temporaryDirectory,
          sandbox,
          readable,
          domains: network.scorer,
          workspace,
        },
        signal,
      )
    }
    const startedAt = performance.now()
    const first = await scoreSeed(await openEvaluator(scorer.timeoutSeconds), seed, signal)
    const seconds = (performance.now() - startedAt) / 1000
    const timeoutSeconds = Math.min(scorer.timeoutSeconds, Math.ceil(SLOWDOWN * seconds + EXTRA_SECONDS))
    const evaluator = await openEvaluator(timeoutSeconds)
    let honest = better(first, await scoreSeed(evaluator, seed, signal), direction)
    const target: Target = {
      forged: boast(honest, direction),
      scratch: directory,
      lease: join(directory, 'lease'),
      lifetimeSeconds: timeoutSeconds + AFTERLIFE_SECONDS,
    }

    async function attempt(attack: Attack, language: Language): Promise<Judgement> {
      if (attack.edits[language] === undefined)
        return notApplicable('no such attack is known in this language')
      const variant = await sources.plant(attack, language, target)
      if (variant === null) return notApplicable('nothing can be called in this solution from outside')
      const scoreVariant = (): Promise<Score> =>
        withLease(target.lease, () => evaluator.evaluate(variant, signal))
      const judgement = judge(await scoreVariant(), honest, direction, attack.proof)
      if (judgement.outcome !== 'forged' || attack.proof === 'correct') return judgement
      // The machine may just have been faster for a moment: then the seed is, too, or the variant is not again.
      honest = better(honest, await scoreSeed(evaluator, seed, signal), direction)
      return judge(await scoreVariant(), honest, direction, attack.proof)
    }

    const results: AttackResult[] = []
    for (const attack of attacks)
      for (const language of sources.languages) {
        const { name, family, does, advice } = attack
        const result = {
          attack: name,
          family,
          language,
          does,
          advice,
          ...(await attempt(attack, language)),
        }
        results.push(result)
        onResult?.(result)
      }
    return { sandbox: sandbox.name, honest, timeoutSeconds, results }
  })
}

function demandKnown(only: readonly string[]): void {
  const unknown = only.filter((name) => !ATTACKS.some((attack) => attack.name === name))
  if (unknown.length > 0)
    throw new AvoError(
      'usage',
      `there is no attack ${unknown.join(', ')}`,
      `The attacks are: ${ATTACKS.map(({ name }) => name).join(', ')}.`,
    )
}

/** Those that were asked for by name, or else all that are known in one of the languages. */
function pickAttacks(only: readonly string[], languages: readonly Language[]): readonly Attack[] {
  return ATTACKS.filter(({ name, edits }) =>
    only.length === 0 ? languages.some((language) => edits[language] !== undefined) : only.includes(name),
  )
}

async function scoreSeed(evaluator: Evaluator, seed: string, signal: AbortSignal): Promise<CorrectScore> {
  const score = await evaluator.evaluate(seed, signal)
  if (score.correct) return score
  throw new AvoError(
    'task',
    `the seed itself can't be scored: ${score.reason}`,
    'avo eval --candidate seed shows all that the scorer says.',
  )
}

function better(one: CorrectScore, other: CorrectScore, direction: Direction): CorrectScore {
  return logGain(other.value, one.value, direction) > 0 ? other : one
}

/** A result document that is too good to be true. */
function boast({ scores }: CorrectScore, direction: Direction): string {
  const factor = direction === 'maximize' ? BOAST : 1 / BOAST
  const values = scores.map(({ configuration, value }) => [configuration, value * factor] as const)
  return JSON.stringify({ correct: true, scores: Object.fromEntries(values) })
}
