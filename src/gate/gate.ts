import type { Verdict } from '../attempt.ts'
import type { Journal } from '../journal.ts'
import type { Solution, Version, Workspace } from '../lineage.ts'
import {
  type Acceptance,
  type Calibration,
  countRuns,
  type Round,
  type Rules,
  type Stage,
} from '../measurement.ts'
import type { Direction } from '../score.ts'
import { readCodeId } from './code-id.ts'
import { compareWithSeed, isEnough } from './compare-with-seed.ts'
import { findEarlierVerdict } from './earlier-verdict.ts'
import { judge } from './judge.ts'
import { measureCalibration } from './measure-calibration.ts'
import { type Measure, measureAlone, measureRound } from './measure-round.ts'
import { describeNoise, describeRemedy, reportNoise } from './noise-report.ts'
import { type GateSettings, needsCalibration } from './plan.ts'
import { measurePreview, type Preview, previewRounds, weighPreview } from './preview.ts'
import type { Random } from './random.ts'
import { findStrangers, toRules } from './rules.ts'

/** What the gate needs. */
export interface GateOptions {
  readonly journal: Journal
  readonly measure: Measure
  readonly workspace: Pick<Workspace, 'diff' | 'readFile'>
  /** `sha256:…` of the scorer in use. */
  readonly scorer: string
  /** The machine that measures, in words. */
  readonly machine: string
  readonly settings: GateSettings
  readonly accept: Acceptance
  readonly direction: Direction
  /** Draws who is measured first. */
  readonly random: Random
}

/**
 * Decides what becomes a version. It measures what the pure functions beside it ask for, and everything that it measures is in
 * the journal before it is used: a gate that was cut off goes on with the rounds that it had.
 */
export interface Gate {
  /** Finds out how noisy the scorer is, at the start and whenever scorer or machine have changed. */
  calibrate(signal: AbortSignal): Promise<void>
  /** Measures the solution of the open attempt afresh: correct, and measurably better than the best? */
  decide(solution: Solution, best: Version, signal: AbortSignal): Promise<Verdict>
  /** Measures the newest version against the seed. */
  compare(signal: AbortSignal): Promise<void>
  /** A few rounds for the agent, of which the gate knows nothing. */
  preview(tree: string, best: Version, signal: AbortSignal): Promise<Preview>
}

/** Stages that have a reason to measure both whatever the scorer is like. */
const PAIRED_STAGES: ReadonlySet<Stage> = new Set(['screen', 'decide', 'confirm'])

/** Makes the gate of a run. */
export function createGate(options: GateOptions): Gate {
  const { journal, measure, workspace, scorer, machine, settings, accept, direction, random } = options
  const { state } = journal

  return {
    async calibrate(signal) {
      const version = state.versions.at(-1)
      if (version === undefined) return
      for (const text of findStrangers(settings, version.score))
        journal.record({ type: 'notice.given', level: 'warning', text })
      if (!needsCalibration(settings) || knownNoise() !== null) return
      const pair = { stage: 'calibrate' as const, tree: version.tree, against: version }
      const calibration = await measureCalibration(
        {
          settings,
          direction,
          scorer,
          machine,
          version,
          measure: (signal) => measureRound(pair, measure, random, signal),
        },
        signal,
      )
      journal.record({ type: 'gate.calibrated', calibration })
      const report = reportNoise(calibration, rulesAgainst(version))
      journal.record({ type: 'notice.given', level: 'info', text: describeNoise(report) })
      const remedy = describeRemedy(report)
      if (remedy !== null) journal.record({ type: 'notice.given', level: 'warning', text: remedy })
    },

    async decide({ tree }, best, signal) {
      const attempt = state.attempt?.number ?? 0
      if (state.attempt?.gate === undefined) {
        const codeId = await readCodeId(workspace, seed().tree, tree)
        const earlier = await findEarlierVerdict(codeId, best, state, workspace)
        if (earlier !== null) return earlier
        journal.record({ type: 'gate.opened', attempt, codeId, rules: rulesAgainst(best) })
      }
      for (;;) {
        const { rules, rounds } = openGate()
        const ruling = judge(rounds, rules)
        if ('verdict' in ruling) return ruling.verdict
        const round = await measureStage(ruling.measure, tree, versionOf(ruling.against), rules, signal)
        journal.record({ type: 'gate.sampled', attempt, round })
      }
    },

    async compare(signal) {
      const newest = state.versions.at(-1)
      if (newest === undefined) return
      const rules = rulesAgainst(seed())
      const pair = { stage: 'compare' as const, tree: newest.tree, against: seed() }
      const rounds: Round[] = []
      while (!isEnough(rounds, rules)) rounds.push(await measureRound(pair, measure, random, signal))
      journal.record({ type: 'lineage.compared', comparison: compareWithSeed(state.versions, rounds, rules) })
    },

    async preview(tree, best, signal) {
      const startedAt = performance.now()
      const rules = rulesAgainst(best)
      const noise = knownNoise()
      const measured = await measurePreview(previewRounds(rules, noise), best.score, () =>
        measureStage('preview', tree, best, rules, signal),
      )
      const { score, rounds } = measured
      journal.record({
        type: 'candidate.evaluated',
        attempt: state.attempt?.number ?? 0,
        by: 'agent',
        tree,
        score,
        durationMs: Math.round(performance.now() - startedAt),
        scorerRuns: countRuns(rounds),
      })
      return weighPreview(measured, noise, rules)
    },
  }

  /** Both are measured, or the candidate alone where the scorer says the same every time. */
  function measureStage(
    stage: Stage,
    tree: string,
    against: Version,
    { plan }: Rules,
    signal: AbortSignal,
  ): Promise<Round> {
    const pair = { stage, tree, against }
    return plan.kind === 'exact' && !PAIRED_STAGES.has(stage)
      ? measureAlone(pair, measure, signal)
      : measureRound(pair, measure, random, signal)
  }

  function rulesAgainst(best: Version): Rules {
    return toRules({
      settings,
      accept,
      direction,
      calibration: knownNoise(),
      versions: state.versions,
      best,
      seed: state.attempt?.number ?? 0,
    })
  }

  /** The calibration, where it is of this scorer on this machine. */
  function knownNoise(): Calibration | null {
    const { calibration } = state
    return calibration?.scorer === scorer && calibration.machine === machine ? calibration : null
  }

  function seed(): Version {
    return versionOf(0)
  }

  function versionOf(number: number): Version {
    const version = state.versions[number]
    if (version === undefined) throw new RangeError(`there is no v${number}`)
    return version
  }

  function openGate() {
    const gate = state.attempt?.gate
    if (gate === undefined) throw new Error('the gate is not open')
    return gate
  }
}
