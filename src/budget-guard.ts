import {
  type Addition,
  attemptCaps,
  type Budget,
  type Cap,
  findReached,
  findUnwarned,
  NO_ADDITION,
  runCaps,
} from './budget.ts'
import type { Clock } from './clock.ts'
import { AttemptHalt, RunHalt } from './halt.ts'
import type { Journal } from './journal.ts'
import type { ModelClient, ModelRequest } from './model/model.ts'
import { type Spent, spentBy } from './state/spent.ts'
import { worstCaseOf } from './worst-case.ts'

/** Stands before everything that costs something. The caps may change while the run goes on. */
export interface BudgetGuard {
  /**
   * @throws {RunHalt} where the call could pass a cap of the run.
   * @throws {AttemptHalt} where it could pass a cap of the attempt.
   */
  beforeCall(request: ModelRequest, model: ModelClient): void
  /** @throws {RunHalt} where waiting counts, and there is not so much time left. */
  beforeWait(untilMs: number): void
  /** @throws {RunHalt} where no run of the scorer is left. */
  beforeEvaluation(): void
  /** @throws what the agent is told, where it may ask for no more runs of the scorer in this attempt. */
  beforePreview(): void
}

const ONE_EVALUATION: Addition = { ...NO_ADDITION, evaluations: 1 }

/** Guards a run's budget, and says once of every cap that most of it is used up. */
export function createBudgetGuard(options: {
  readonly journal: Journal
  readonly budget: () => Budget
  readonly clock: Clock
}): BudgetGuard {
  const { journal, budget, clock } = options
  const { state } = journal

  /** The journal's time stands still between events. */
  function spentByNow(): Spent {
    const { lastEventAt, waiting } = state
    const spent = spentBy(state)
    if (lastEventAt === null) return spent
    const [from, now] = [Date.parse(lastEventAt), clock.now()]
    const waitedMs = waiting === null ? 0 : Math.max(0, Math.min(now, waiting.untilMs) - from)
    return {
      ...spent,
      activeMs: spent.activeMs + Math.max(0, now - from),
      waitedMs: spent.waitedMs + waitedMs,
    }
  }

  function requireRun(caps: readonly Cap[]): void {
    for (const { key: cap, used, limit } of findUnwarned(caps, state))
      journal.record({ type: 'budget.warned', cap, used, limit })
    const reached = findReached(caps)
    if (reached !== null) throw new RunHalt({ kind: reached.kind, message: reached.message })
  }

  return {
    beforeCall(request, model) {
      const next = worstCaseOf(request, model, state.lastInputTokens)
      const spent = spentByNow()
      requireRun(runCaps(state, budget(), spent, next))
      const caps = attemptCaps(state, budget(), spent, next).filter((cap) => !isOfEvaluations(cap))
      const reached = findReached(caps)
      if (reached !== null) throw new AttemptHalt(reached.message)
    },
    beforeWait(untilMs) {
      if (!budget().countWaiting) return
      const next = { ...NO_ADDITION, waitMs: untilMs - clock.now() }
      const caps = runCaps(state, budget(), spentByNow(), next)
      requireRun(caps.filter(({ kind }) => kind === 'max-wall-time'))
    },
    // Time, money and tokens end no measurement: a solution that was paid for gets its verdict.
    beforeEvaluation: () =>
      requireRun(runCaps(state, budget(), spentBy(state), ONE_EVALUATION).filter(isOfEvaluations)),
    beforePreview() {
      const caps = attemptCaps(state, budget(), spentBy(state), ONE_EVALUATION)
      const reached = findReached(caps.filter(isOfEvaluations))
      if (reached === null) return
      throw new Error(`${reached.message}: submit what you have, or note what the next attempt should know`)
    },
  }
}

function isOfEvaluations({ kind }: Cap): boolean {
  return kind === 'max-evaluations'
}
