import type { Limit, Rules } from '../measurement.ts'
import { renderPercent } from '../text.ts'
import { describeGain, recordedRounds } from './gains.ts'
import { configurationGain, countedRounds, type ScoredRound } from './rounds.ts'
import { mean } from './statistics.ts'
import type { Step } from './step.ts'

/**
 * No configuration may pay for the others: none may get worse than its limit against the best that it ever had. Against the
 * version before, small losses would add up.
 *
 * Where that best was in an earlier version, recorded scores of another hour only raise the suspicion; then the two are
 * measured against one another.
 */
export const veto: Step = (rounds, rules) => {
  const { best, plan, direction } = rules
  const recorded = recordedRounds(rounds, rules)
  for (const limit of rules.limits) {
    const change = averageChange(recorded, limit, rules)
    if (change - limit.lead >= -limit.loss) continue
    if (limit.record === best || plan.kind !== 'paired')
      return { reject: () => describeLoss(change - limit.lead, limit, recorded, rules) }

    const direct = countedRounds(rounds, rules, 'veto')
      .filter(({ against }) => against === limit.record)
      .slice(0, plan.confirmRounds)
    if (direct.length < plan.confirmRounds) return { measure: 'veto', against: limit.record }
    const loss = mean(direct.map((round) => configurationGain(round, limit.configuration, direction)))
    if (loss < -limit.loss) return { reject: () => describeLoss(loss, limit, recorded, rules) }
  }
  return null
}

function averageChange(rounds: readonly ScoredRound[], limit: Limit, { direction }: Rules): number {
  return mean(rounds.map((round) => configurationGain(round, limit.configuration, direction)))
}

function describeLoss(
  change: number,
  { configuration, isHidden, loss, record }: Limit,
  recorded: readonly ScoredRound[],
  rules: Rules,
): string {
  // No name and no number: what is said here is said to the agent.
  if (isHidden)
    return `worse on inputs that are not shown: vetoed (${describeGain(recorded, rules)} over all)`
  const allowed = renderPercent(Math.expm1(-loss))
  return `${configuration} is ${renderPercent(Math.expm1(change))} against v${record}, where it was best; ${allowed} is let through: vetoed (${describeGain(recorded, rules)} over all)`
}
