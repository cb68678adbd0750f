import type { AttemptRecord, Verdict } from '../attempt.ts'
import type { RecordedEvent, Usage } from '../events.ts'
import type { AttemptLesson } from '../lesson.ts'
import type { Round } from '../measurement.ts'
import type { ReplyEnd } from '../model/model.ts'
import type { Score } from '../score.ts'
import type { Said } from '../storage/conversation-file.ts'

/** A call that the agent made. What is null is not kept any more, or has not come yet. */
export interface CallDetail {
  readonly tool: string
  readonly about: string
  readonly failed: boolean | null
  readonly durationMs: number | null
  readonly input: string | null
  readonly output: string | null
}

/** A reply of the model with its calls, and what the harness said before it. */
export interface TurnDetail {
  readonly turn: number
  readonly at: string
  readonly usage: Usage
  readonly costUsd: number | null
  readonly durationMs: number
  readonly end: ReplyEnd | null
  readonly text: string
  /** Whether the text is all that was said, and not its beginning. */
  readonly isWhole: boolean
  /** What the person, the briefing and the harness said before it. */
  readonly told: readonly string[]
  readonly calls: readonly CallDetail[]
}

/** What the agent was told about a candidate. */
export interface EvaluationDetail {
  readonly at: string
  readonly by: 'agent' | 'gate'
  readonly score: Score
  readonly durationMs: number
  readonly scorerRuns: number
}

/** An attempt with all that is still known of it. */
export interface AttemptDetail {
  readonly number: number
  readonly summary: string | null
  readonly documents: readonly string[]
  readonly hypothesis: string | null
  readonly reason: string | null
  readonly inspirations: readonly number[]
  readonly verdict: Verdict | null
  readonly rounds: readonly Round[]
  readonly evaluations: readonly EvaluationDetail[]
  readonly turns: readonly TurnDetail[]
  readonly notes: readonly string[]
  readonly lesson: AttemptLesson | null
  /** What happened besides: compactions, warnings, waits. */
  readonly incidents: readonly { readonly at: string; readonly text: string }[]
  /** How much of what was said is still there. */
  readonly transcript: 'whole' | 'part' | 'gone'
}

/**
 * Joins what the journal and the agent's memory have of an attempt. The memory is cut now and then, so that of older attempts the
 * journal's first lines are all that is left.
 *
 * @param record the attempt's in the ledger; undefined while it is open
 */
export function toAttemptDetail(
  number: number,
  events: readonly RecordedEvent[],
  said: readonly Said[],
  record: AttemptRecord | undefined,
): AttemptDetail {
  const turns = toTurns(number, events, said)
  const all = turns.filter(({ isWhole, calls }) => isWhole && calls.every(({ input }) => input !== null))
  const solution =
    record?.solution ?? events.findLast((event) => event.type === 'solution.submitted')?.solution ?? null
  return {
    number,
    summary: solution?.summary ?? null,
    documents: solution?.documents ?? [],
    hypothesis: record?.hypothesis ?? null,
    reason: record?.reason ?? null,
    inspirations: events.find((event) => event.type === 'attempt.started')?.inspirations ?? [],
    verdict: events.findLast((event) => event.type === 'gate.decided')?.verdict ?? null,
    rounds: events.flatMap((event) => (event.type === 'gate.sampled' ? [event.round] : [])),
    evaluations: events.flatMap((event): EvaluationDetail[] => {
      if (event.type !== 'candidate.evaluated') return []
      const { at, by, score, durationMs, scorerRuns = 1 } = event
      return [{ at, by, score, durationMs, scorerRuns }]
    }),
    turns,
    notes: events.flatMap((event) => (event.type === 'note.taken' ? [event.text] : [])),
    lesson: events.findLast((event) => event.type === 'lesson.learnt')?.lesson ?? null,
    incidents: events.flatMap((event) => {
      const text = describeIncident(event)
      return text === null ? [] : [{ at: event.at, text }]
    }),
    transcript: all.length === turns.length ? 'whole' : all.length > 0 ? 'part' : 'gone',
  }
}

function toTurns(number: number, events: readonly RecordedEvent[], said: readonly Said[]): TurnDetail[] {
  const replies = new Map(
    said.flatMap((one) => (one.reply?.attempt === number ? [[one.reply.turn, one] as const] : [])),
  )
  const results = new Map(said.flatMap(({ calls }) => calls.map((call) => [call.id, call] as const)))
  const turns: TurnDetail[] = []
  for (const event of events) {
    if (event.type === 'model.replied') {
      const whole = replies.get(event.turn)
      const { turn, at, usage, costUsd, durationMs, end = null, text } = event
      turns.push({
        turn,
        at,
        usage,
        costUsd,
        durationMs,
        end,
        text: whole?.text ?? text,
        isWhole: whole !== undefined,
        told: whole?.told ?? [],
        calls: [],
      })
    }
    const last = turns.at(-1)
    if (last === undefined) continue
    if (event.type === 'tool.called') {
      const own = replies.get(event.turn)?.calls.find(({ id }) => id === event.call)
      const kept = own ?? (event.call === undefined ? undefined : results.get(event.call))
      const { tool, about } = event
      const call = {
        tool,
        about,
        failed: null,
        durationMs: null,
        input: kept?.input ?? null,
        output: kept?.output ?? null,
      }
      turns[turns.length - 1] = { ...last, calls: [...last.calls, call] }
    }
    if (event.type === 'tool.returned') {
      const { failed, durationMs, tool } = event
      const open = last.calls.findLastIndex((call) => call.tool === tool && call.failed === null)
      const calls =
        open === -1
          ? [...last.calls, { tool, about: '', failed, durationMs, input: null, output: null }]
          : last.calls.with(open, { ...(last.calls[open] ?? NO_CALL), failed, durationMs })
      turns[turns.length - 1] = { ...last, calls }
    }
  }
  return turns
}

const NO_CALL: CallDetail = { tool: '', about: '', failed: null, durationMs: null, input: null, output: null }

function describeIncident(event: RecordedEvent): string | null {
  switch (event.type) {
    case 'conversation.compacted':
      return `the conversation was compacted at ${event.tokensBefore.toLocaleString('en-US')} tokens`
    case 'model.failed':
      return `the model failed: ${event.message}`
    case 'model.waiting':
      return `it waited for the model: ${event.reason}`
    case 'model.replaced':
      return `${event.to} took the place of ${event.from}: ${event.why}`
    case 'attempt.stalled':
      return `the agent was told that it stood still (${event.stall}, ${event.turns} turns)`
    case 'attempt.taken-up':
      return `it took up attempt ${event.taken}`
    case 'candidate.held':
      return `it was told of attempt ${event.of}, whose idea it typed again`
    case 'candidate.recalled':
      return `not evaluated again: ${event.known}`
    case 'workspace.changed':
      return `somebody changed the workspace: ${event.files.join(', ')}`
    case 'steering.received':
      return `you said: ${event.text}`
    case 'notice.given':
      return event.text
    case 'run.paused':
      return 'paused'
    case 'run.resumed':
      return 'went on after the pause'
    default:
      return null
  }
}
