import type { AttemptRecord, OpenAttempt, OpenGate, Verdict } from './attempt.ts'
import type { CallEvent, RecordedEvent, ReplyEvent } from './events.ts'
import { solutionOf, type Version } from './lineage.ts'
import type { Round } from './measurement.ts'
import { foldProgress } from './progress.ts'
import { firstLine } from './text.ts'

/** Of a hypothesis that is remembered. */
const HYPOTHESIS_CHARACTERS = 200

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
  const hypothesis = open.hypothesis ?? firstLine(text, HYPOTHESIS_CHARACTERS)
  return {
    ...attempt,
    turns: turn,
    lastWords: text,
    silentReplies,
    ...(hypothesis === '' ? {} : { hypothesis }),
    ...(end === undefined ? {} : { end }),
  }
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
  const { attempt, gain, evidence, base } = version
  return {
    number: attempt,
    outcome: 'accepted',
    reason: `accepted as v${version.number}`,
    solution: solutionOf(version),
    ...codeIdOf(open),
    gain,
    ...(typeof evidence?.z === 'number' ? { z: evidence.z } : {}),
    ...(base === undefined ? {} : { base }),
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

/** A record with what is known of its attempt besides how it ended. */
export function withFacts(record: AttemptRecord, open: OpenAttempt | null, costUsd: number): AttemptRecord {
  if (open === null) return record
  const { hypothesis, kept, gate, verdict, since } = open
  const { gain } = record
  const sd = gate?.rules.sd ?? 0
  const interval = verdict?.outcome === 'better' ? verdict.evidence.interval : verdict?.interval
  return {
    ...record,
    ...(interval ? { interval } : {}),
    ...(typeof gain === 'number' && sd > 0 ? { z: Math.log1p(gain) / sd } : {}),
    ...(hypothesis === undefined ? {} : { hypothesis }),
    costUsd: costUsd - since.costUsd,
    ...(kept === 0 ? {} : { kept }),
  }
}

function codeIdOf(open: OpenAttempt | null): Pick<AttemptRecord, 'codeId'> {
  return open?.gate === undefined ? {} : { codeId: open.gate.codeId }
}
