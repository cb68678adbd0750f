import type { FollowedDirection } from '../attempt.ts'
import type { RecordedEvent } from '../events.ts'
import type { RunState } from '../journal.ts'
import { spentBy } from '../state/spent.ts'
import { toUsed } from './attempt-rows.ts'
import type { Used, VersionRow } from './run-view.ts'

/** What is remembered of the moment at which each version came, by its number. */
export interface VersionMoments {
  readonly used: Used[]
  readonly directions: (FollowedDirection | null)[]
}

export function createVersionMoments(): VersionMoments {
  return { used: [], directions: [] }
}

/** @param state the run's, after the event */
export function foldVersionMoment(moments: VersionMoments, event: RecordedEvent, state: RunState): void {
  if (event.type !== 'version.committed') return
  const { number } = event.version
  moments.used[number] = toUsed(spentBy(state))
  moments.directions[number] = number === 0 ? null : (state.ledger.at(-1)?.direction ?? null)
}

/** The lineage as rows, seed first. */
export function toVersionRows({ versions }: RunState, { used, directions }: VersionMoments): VersionRow[] {
  let logOverSeed = 0
  return versions.map((version) => {
    const { number, score, evidence, base, documents = [], gain } = version
    logOverSeed += Math.log1p(gain)
    return {
      ...(used[number] ?? { activeMs: 0, evaluations: 0, costUsd: 0, tokens: 0 }),
      number,
      commit: version.commit,
      attempt: version.attempt,
      base: base ?? null,
      summary: version.summary,
      documents,
      direction: directions[number] ?? null,
      score: score.value,
      scores: score.scores,
      holdout: score.holdout ?? [],
      gain,
      interval: evidence?.interval ?? null,
      rounds: evidence?.rounds ?? null,
      unconfirmed: evidence?.unconfirmed ?? false,
      held: (evidence?.held ?? null) !== null,
      implausible: score.implausible ?? null,
      overSeed: Math.expm1(logOverSeed),
      ownCostUsd: version.costUsd,
      committedAt: version.committedAt,
      scorer: version.scorer,
    }
  })
}
