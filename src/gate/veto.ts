import type { Limit, Rules } from '../measurement.ts'
import { renderPercent } from '../text.ts'
import { describeGain, recordedRounds } from './gains.ts'
import { configurationGain, countedRounds, type ScoredRound } from './rounds.ts'
import { mean, median } from './statistics.ts'
import type { Step } from './step.ts'

/**
 * No configuration may pay for the others: none may get worse than its limit against the best that it ever had. Against the
 * version before, small losses would add up. Mean and median are looked at, each with its own noise: the one sees what is very
 * slow now and then, the other sees through scores that are far off by themselves.
 *
 * Where that best was in an earlier version, recorded scores of another hour only raise the suspicion; then the two are
 * measured against one another.
 */
export const veto: Step = (rounds, rules) => {
  const { best, plan } = rules
  const recorded = recordedRounds(rounds, rules)
  for (const limit of rules.limits) {
    const suspected = findLoss(recorded, limit, limit.lead, rules)
    if (suspected === null) continue
    if (limit.record === best || plan.kind !== 'paired')
      return { reject: () => describeLoss(suspected, limit, recorded, rules) }

    const direct = countedRounds(rounds, rules, 'veto')
      .filter(({ against }) => against === limit.record)
      .slice(0, plan.confirmRounds)
    if (direct.length < plan.confirmRounds) return { measure: 'veto', against: limit.record }
    const loss = findLoss(direct, limit, 0, rules)
    if (loss !== null) return { reject: () => describeLoss(loss, limit, recorded, rules) }
  }
  return null
}

/** A loss that is not let through, of a configuration that was better by `lead` before. */
interface Loss {
  readonly change: number
  /** What would have been let through. */
  readonly allowed: number
}

function findLoss(
  rounds: readonly ScoredRound[],
  { configuration, loss, medianLoss }: Limit,
  lead: number,
  { direction }: Rules,
): Loss | null {
  const changes = rounds.map((round) => configurationGain(round, configuration, direction))
  const losses: readonly Loss[] = [
    { change: mean(changes) - lead, allowed: loss },
    { change: median(changes) - lead, allowed: medianLoss },
  ]
  return losses.find(({ change, allowed }) => change < -allowed) ?? null
}

function describeLoss(
  { change, allowed: limit }: Loss,
  { configuration, isHidden, record }: Limit,
  recorded: readonly ScoredRound[],
  rules: Rules,
): string {
  // No name and no number: what is said here is said to the agent.
  if (isHidden)
    return `worse on inputs that are not shown: vetoed (${describeGain(recorded, rules)} over all)`
  const allowed = renderPercent(Math.expm1(-limit))
  return `${configuration} is ${renderPercent(Math.expm1(change))} against v${record}, where it was best; ${allowed} is let through: vetoed (${describeGain(recorded, rules)} over all)`
}
