import type { Calibration, Plan } from '../measurement.ts'
import { isDeterministic } from './calibration.ts'
import { leastRounds } from './e-value.ts'

/** What the person wants of the gate: `gate` in avo.yaml. */
export interface GateSettings {
  readonly policy: 'auto' | 'exact' | 'paired' | 'single'
  readonly alpha: number
  /** Least gain that is accepted, as a fraction. */
  readonly minGain: number
  readonly maxRounds: number
  readonly confirmRounds: number
  /** About how long one verdict may take; absent where it takes what it needs. */
  readonly budgetSeconds?: number
  /** What a configuration may lose, as a fraction; null where it may lose everything. */
  readonly veto: number | null
  /** Configurations that may get worse. */
  readonly mayWorsen: readonly string[]
  /** Scores that no honest solution passes: one for all configurations, or by configuration. */
  readonly bound?: number | Readonly<Record<string, number>>
}

/** Whether the noise must be known before anything is decided. */
export function needsCalibration({ policy, maxRounds }: GateSettings): boolean {
  return policy === 'paired' || (policy === 'auto' && maxRounds > 1)
}

/** How many rounds a candidate gets, from what the person wants and what a round costs. */
export function choosePlan(settings: GateSettings, calibration: Pick<Calibration, 'rounds'> | null): Plan {
  const { policy, alpha, maxRounds, confirmRounds } = settings
  const isExact = policy === 'auto' && calibration !== null && isDeterministic(calibration)
  if (policy === 'exact') return { kind: 'exact', maxRounds: 1, confirmRounds: 1 }
  if (isExact) return { kind: 'exact', maxRounds, confirmRounds }
  if (policy === 'single' || maxRounds === 1) return { kind: 'unconfirmed', maxRounds: 1, confirmRounds: 1 }

  const affordable = affordableRounds(settings, calibration)
  const rounds = Math.min(maxRounds, affordable - confirmRounds)
  if (rounds >= leastRounds(alpha)) return { kind: 'paired', maxRounds: rounds, confirmRounds }
  return { kind: 'unconfirmed', maxRounds: Math.max(1, affordable), confirmRounds: 1 }
}

/** Rounds that fit into the time that a verdict may take. */
function affordableRounds(
  { budgetSeconds }: GateSettings,
  calibration: Pick<Calibration, 'rounds'> | null,
): number {
  if (budgetSeconds === undefined || calibration === null) return Number.POSITIVE_INFINITY
  return Math.floor((budgetSeconds * 1000) / medianRoundMs(calibration))
}

/** How long a round takes: the median of the calibration's. */
export function medianRoundMs({ rounds }: Pick<Calibration, 'rounds'>): number {
  const durations = rounds.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)
  return Math.max(1, durations[Math.floor(durations.length / 2)] ?? 1)
}
