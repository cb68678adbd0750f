import { leastRounds } from '../gate/e-value.ts'
import type { GateSettings } from '../gate/plan.ts'
import type { ConfigFile } from './schema.ts'
import type { Report } from './to-seed.ts'

const DEFAULT_VETO = 0.03

/** The gate's settings; rounds that could never convince are a mistake, which goes to `report`. */
export function toGate({ gate }: ConfigFile, report: Report): GateSettings {
  const { policy, alpha, min_gain, max_rounds, confirm_rounds, budget_seconds, veto, bound } = gate
  const least = leastRounds(alpha)
  if ((policy === 'auto' || policy === 'paired') && max_rounds > 1 && max_rounds < least)
    report(
      ['gate', 'max_rounds'],
      `${max_rounds} rounds can never convince at an alpha of ${alpha}: expected at least ${least}, or 1 for versions that are marked as unconfirmed`,
    )
  return {
    policy,
    alpha,
    minGain: min_gain,
    maxRounds: max_rounds,
    confirmRounds: confirm_rounds,
    ...(budget_seconds === undefined ? {} : { budgetSeconds: budget_seconds }),
    veto: veto === 'off' ? null : typeof veto === 'number' ? veto : DEFAULT_VETO,
    mayWorsen: typeof veto === 'object' ? veto : [],
    ...(bound === undefined ? {} : { bound }),
  }
}
