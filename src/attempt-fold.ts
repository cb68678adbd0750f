import type { AttemptRecord, OpenAttempt, OpenGate, Verdict } from './attempt.ts'
import type { CallEvent, RecordedEvent, ReplyEvent } from './events.ts'
import type { Version } from './lineage.ts'
import type { Round } from './measurement.ts'
import { foldProgress } from './progress.ts'

/** The same object where nothing has changed: most events are of other things. */
export function withProgress(open: OpenAttempt, event: RecordedEvent): OpenAttempt {
  const progress = foldProgress(open.progress, event)
  return progress === open.progress ? open : { ...open, progress }
}

export function withReply(open: OpenAttempt, { turn, text, end, calls }: ReplyEvent): OpenAttempt {
  const { begun, ...attempt } = open
  const silentReplies = calls === 0 ? (open.silentReplies ?? 0) + 1 : 0
  return { ...attempt, turns: turn, lastWords: text, silentReplies, ...(end === undefined ? {} : { end }) }
}

/** Tools that are for nothing but changing the solution. */
const EDITING: ReadonlySet<string> = new Set(['edit_file', 'write_file'])

/** A call that is made again, because the harness was killed in it, is one. */
export function withCall(open: OpenAttempt, { tool, call: id }: CallEvent): OpenAttempt {
  const called = { ...open, calls: open.calls + 1, ...(id === undefined ? {} : { begun: id }) }
  if (id !== undefined && id === open.begun) return called
  if (EDITING.has(tool)) return { ...called, edits: (open.edits ?? 0) + 1 }
  return tool === 'evaluate' ? { ...called, evaluations: (open.evaluations ?? 0) + 1 } : called
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

/** What an attempt's record says of the way to its end. */
export function workOf(open: OpenAttempt | null): Pick<AttemptRecord, 'direction' | 'edits' | 'evaluations'> {
  if (open === null) return {}
  const { edits = 0, evaluations = 0 } = open
  return { ...(open.direction === undefined ? {} : { direction: open.direction }), edits, evaluations }
}

export function acceptedRecord(open: OpenAttempt | null, version: Version): AttemptRecord {
  const { attempt, gain, evidence, tree, summary } = version
  return {
    number: attempt,
    outcome: 'accepted',
    reason: `accepted as v${version.number}`,
    solution: { tree, summary },
    ...codeIdOf(open),
    gain,
    z: evidence?.z ?? null,
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
