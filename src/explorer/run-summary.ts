import type { RunSummary, RunView } from './run-view.ts'

/** What of a run is compared with others. */
export function toSummary({ id, facts, status, versions }: RunView): RunSummary {
  const curve = versions.map(({ activeMs, evaluations, costUsd, tokens, attempt, score, overSeed }) => ({
    activeMs,
    evaluations,
    costUsd,
    tokens,
    attempt,
    score,
    overSeed,
  }))
  return { id, facts, status, curve }
}
