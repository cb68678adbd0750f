import { countOutcomes } from '../attempt.ts'
import { readRun } from '../commands/inspect.ts'
import type { Config } from '../config/config.ts'
import type { Usage } from '../events.ts'
import { isDeterministic, measureNoise } from '../gate/calibration.ts'
import { createRandom } from '../gate/random.ts'
import type { RunState, SessionFacts } from '../journal.ts'
import { multiplyGains, type Version } from '../lineage.ts'
import type { SeedComparison } from '../measurement.ts'
import { packageVersion } from '../package-root.ts'
import { openLineage } from '../running/adapters.ts'
import type { ConfigurationScore, Direction } from '../score.ts'
import { type ScoreCurve, traceScores } from '../score-curve.ts'
import type { DocumentUse } from '../state/document-use.ts'
import type { StopReason } from '../stop.ts'
import { type InterventionOutcome, traceInterventions } from '../supervision/outcomes.ts'
import { type FailureGroup, groupFailures } from './failures.ts'

/** A run as it is told to others: everything is from its journal and its lineage. */
export interface Report {
  readonly project: string
  readonly direction: Direction
  readonly isRunning: boolean
  /** Null before the first start. */
  readonly startedAt: string | null
  readonly ended: StopReason | null
  /** The newest version against the seed, measured directly, without its rounds; null before it was. */
  readonly comparison: Omit<SeedComparison, 'rounds'> | null
  /** The recorded gains of all steps, multiplied, as a fraction. */
  readonly gainOverSeed: number
  /** Seed first. */
  readonly versions: readonly ReportedVersion[]
  readonly curve: ScoreCurve
  readonly attempts: ReturnType<typeof countOutcomes>
  readonly failures: readonly FailureGroup[]
  readonly interventions: readonly InterventionOutcome[]
  /** What the agent was shown of the knowledge base; what versions cite first. */
  readonly documents: readonly DocumentUse[]
  readonly spent: {
    readonly activeMs: number
    readonly waitedMs: number
    readonly costUsd: number
    /** Model calls whose price is unknown. */
    readonly unpricedCalls: number
    readonly usage: Usage
    readonly turns: number
    readonly evaluations: number
  }
  readonly environment: ReportedEnvironment
}

/** A version with what it changed. */
export interface ReportedVersion extends Omit<Version, 'score'> {
  readonly score: number
  readonly scores: readonly ConfigurationScore[]
  /** Unified, against the version before; null where it was left out. */
  readonly diff: string | null
}

/** What the figures depend on. */
export interface ReportedEnvironment extends Partial<SessionFacts> {
  /** Version of avo. */
  readonly avo: string
  readonly model: string | null
  /** Processor, cores and name; null where nothing was calibrated. */
  readonly machine: string | null
  /** How noisy the scorer is, as fractions; null where that was not measured. */
  readonly noise: {
    readonly isDeterministic: boolean
    /** Standard deviation of a round between two copies of the same files. */
    readonly sd: number | null
    /** Gains below it are noise. */
    readonly floor: number | null
  } | null
}

/** Diffs that a report has room for: those of the largest gains. */
const MAX_DIFFS = 30

/** Reads a run for a report, without disturbing it. */
export async function readReport(config: Config): Promise<Report> {
  const { state, pid } = await readRun(config)
  return {
    project: config.projectName,
    direction: config.direction,
    isRunning: pid !== null,
    startedAt: state.startedAt,
    ended: state.ended,
    comparison: withoutRounds(state.comparison),
    gainOverSeed: multiplyGains(state.versions),
    versions: await readVersions(config, state.versions),
    curve: traceScores(state, config.direction),
    attempts: countOutcomes(state.ledger),
    failures: groupFailures(state.ledger),
    interventions: traceInterventions(state),
    documents: state.documents.toSorted((a, b) => b.cited - a.cited || b.read - a.read || b.found - a.found),
    spent: pickSpent(state),
    environment: describeEnvironment(state, config.direction),
  }
}

function withoutRounds(comparison: SeedComparison | null): Report['comparison'] {
  if (comparison === null) return null
  const { rounds, ...facts } = comparison
  return facts
}

/** Where the lineage is gone, what the journal says of it is told without the diffs. */
async function readVersions(
  config: Config,
  versions: readonly Version[],
): Promise<readonly ReportedVersion[]> {
  const lineage = versions.length < 2 ? null : await openLineage(config).catch(() => null)
  const largest = versions
    .slice(1)
    .toSorted((a, b) => b.gain - a.gain)
    .slice(0, MAX_DIFFS)
  const shown = new Set(largest.map(({ number }) => number))
  const told: ReportedVersion[] = []
  for (const [index, { score, ...version }] of versions.entries()) {
    const parent = shown.has(version.number) ? versions[index - 1] : undefined
    const diff =
      parent === undefined ? null : await lineage?.diff(parent.tree, version.tree).catch(() => null)
    told.push({ ...version, score: score.value, scores: score.scores, diff: diff ?? null })
  }
  return told
}

function pickSpent(state: RunState): Report['spent'] {
  const { activeMs, waitedMs, costUsd, unpricedCalls, usage, turns, evaluations } = state
  return { activeMs, waitedMs, costUsd, unpricedCalls, usage, turns, evaluations }
}

function describeEnvironment(
  { session, model, calibration }: RunState,
  direction: Direction,
): ReportedEnvironment {
  const noise =
    calibration === null
      ? null
      : measureNoise(calibration, direction, createRandom(calibration.rounds.length))
  return {
    avo: packageVersion(),
    ...session,
    model,
    machine: calibration?.machine ?? null,
    noise:
      calibration === null
        ? null
        : {
            isDeterministic: isDeterministic(calibration),
            sd: noise === null ? null : Math.expm1(noise.sd),
            floor: noise === null ? null : Math.expm1(noise.floor),
          },
  }
}
