import type { AttemptRecord, OpenAttempt, OpenGate, Verdict } from './attempt.ts'
import type { RecordedEvent, ReplyEvent } from './events.ts'
import { solutionOf, type Version } from './lineage.ts'
import type { Round } from './measurement.ts'
import { foldProgress } from './progress.ts'

/** The same object where nothing has changed: most events are of other things. */
export function withProgress(open: OpenAttempt, event: RecordedEvent): OpenAttempt {
  const progress = foldProgress(open.progress, event)
  return progress === open.progress ? open : { ...open, progress }
}

/** What was shown is known no more when the conversation was cut, and says something else when documents changed. */
export function withShown(open: OpenAttempt, event: RecordedEvent): OpenAttempt {
  if (event.type === 'tool.returned' && event.shown !== undefined)
    return { ...open, shown: [...(open.shown ?? []), ...event.shown] }
  if (event.type !== 'conversation.compacted' && event.type !== 'knowledge.changed') return open
  const { shown, ...attempt } = open
  return attempt
}

export function withReply(open: OpenAttempt, { turn, text, end, calls }: ReplyEvent): OpenAttempt {
  const { begun, ...attempt } = open
  const silentReplies = calls === 0 ? (open.silentReplies ?? 0) + 1 : 0
  return { ...attempt, turns: turn, lastWords: text, silentReplies, ...(end === undefined ? {} : { end }) }
}

export function withCall(open: OpenAttempt, id: string | undefined): OpenAttempt {
  return { ...open, calls: open.calls + 1, ...(id === undefined ? {} : { begun: id }) }
}

export function withRound(gate: OpenGate, round: Round): OpenGate {
  return { ...gate, rounds: [...gate.rounds, round] }
}

/** Where the gate could not tell, it measures anew. */
export function withVerdict(open: OpenAttempt, verdict: Verdict): OpenAttempt {
  if (verdict.outcome !== 'indecisive') return { ...open, verdict }
  const { gate, ...attempt } = open
  return { ...attempt, indecisive: (open.indecisive ?? 0) + 1 }
}

export function acceptedRecord(open: OpenAttempt | null, version: Version): AttemptRecord {
  const { attempt, gain } = version
  return {
    number: attempt,
    outcome: 'accepted',
    reason: `accepted as v${version.number}`,
    solution: solutionOf(version),
    ...codeIdOf(open),
    gain,
  }
}

export function endedRecord(
  open: OpenAttempt | null,
  { attempt, reason }: { readonly attempt: number; readonly reason: string },
  outcome: 'rejected' | 'indecisive',
): AttemptRecord {
  const record = { number: attempt, outcome, reason, ...codeIdOf(open), gain: open?.verdict?.gain ?? null }
  return open?.solution === undefined ? record : { ...record, solution: open.solution }
}

function codeIdOf(open: OpenAttempt | null): Pick<AttemptRecord, 'codeId'> {
  return open?.gate === undefined ? {} : { codeId: open.gate.codeId }
}
