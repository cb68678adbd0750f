import { toUsed } from './attempt-rows.ts'
import type { RunSummary, RunView } from './run-view.ts'

/** What of a run is compared with others. */
export function toSummary({ id, facts, status, versions, attempts }: RunView): RunSummary {
  const start = facts.otherScorerUpTo
  const first = versions.findLast(({ attempt }) => attempt <= start)
  const takenOver = attempts.findLast(({ number }) => number === start)
  const shown = first === undefined ? [] : versions.slice(first.number)
  const curve = shown.map((version) => {
    const isTakenOver = version === first && takenOver !== undefined
    return {
      ...toUsed(isTakenOver ? takenOver : version),
      attempt: isTakenOver ? start : version.attempt,
      score: version.score,
      overSeed: version.overSeed,
    }
  })
  return { id, facts, status, versions: versions.length, curve }
}
