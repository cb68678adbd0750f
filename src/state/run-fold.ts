import type { AttemptRecord, OpenAttempt, Stall } from '../attempt.ts'
import type { Event, RecordedEvent } from '../events.ts'
import { STEERING_FILE } from '../journal.ts'
import type { AttemptLesson } from '../lesson.ts'
import { countRuns } from '../measurement.ts'
import { foldActivity } from './activity.ts'
import {
  acceptedRecord,
  endedRecord,
  keptCandidate,
  leastGain,
  withCall,
  withFacts,
  withProgress,
  withReply,
  withRound,
  withShown,
  withVerdict,
  workOf,
} from './attempt-fold.ts'
import { foldDocumentUse } from './document-use.ts'
import { addResult, foldLesson, resultOf, withEarlierScorer } from './lesson-fold.ts'
import { NO_PROGRESS } from './progress.ts'
import { foldRedirection } from './redirection.ts'
import type { RunFold } from './run-start.ts'
import { spentBy } from './spent.ts'
import { addCost, inputOf, passTime } from './spent-fold.ts'

/** How far back goes what is only ever looked at from its end. */
const MAX_EVALUATED = 100
const MAX_KEPT = 10_000
const MAX_NOTES = 100
const MAX_PROFILES = 3
const MAX_RESULTS = 50
const OF_EARLIER_SCORER = 'The scorer has changed since: what it said is true of the earlier one.'
const MAX_STEERING = 20

/** Folds one event into the state. */
export function foldEvent(state: RunFold, event: RecordedEvent): void {
  passTime(state, event)
  state.lastEventAt = event.at
  state.activity = foldActivity(state.activity, event)
  if (state.attempt !== null) state.attempt = withShown(withProgress(state.attempt, event), event)
  foldDocumentUse(state.documents, event)
  state.redirection = foldRedirection(state.redirection, event, {
    attempts: state.ledger.length,
    versions: state.versions.length,
    leastGain: leastGain(state.attempt),
  })

  switch (event.type) {
    case 'run.started':
      state.startedAt ??= event.at
      state.session = { provider: event.provider, scorer: event.scorer, sandbox: event.sandbox }
      state.pausedAt = null
      state.idleAttempts = 0
      state.ended = null
      if (event.model !== state.model) state.lastInputTokens = null
      state.model = event.model
      state.budget = event.budget ?? null
      return
    case 'config.changed':
      state.budget = event.budget ?? state.budget
      return
    case 'attempt.started':
      state.attempt = {
        number: event.attempt,
        since: spentBy(state),
        inspirations: event.inspirations ?? [],
        kept: 0,
        turns: 0,
        calls: 0,
        progress: NO_PROGRESS,
        ...followed(state),
      }
      for (const shown of state.attempt.inspirations) visit(state, shown)
      return
    case 'model.replied':
      state.turns += 1
      if (state.attempt !== null) state.attempt = withReply(state.attempt, event)
      addCost(state, event.usage, event.costUsd)
      state.lastInputTokens = inputOf(event.usage)
      return
    case 'model.failed':
      if (event.usage !== undefined) addCost(state, event.usage, event.costUsd ?? null)
      return
    case 'model.waiting':
      state.waiting = { untilMs: event.untilMs, reason: event.reason }
      return
    case 'model.replaced':
      state.model = event.to
      state.lastInputTokens = null
      return
    case 'budget.warned':
      state.warned.push({ cap: event.cap, limit: event.limit })
      return
    case 'conversation.compacted':
      state.lastInputTokens = null
      return
    case 'tool.called':
      if (state.attempt !== null) state.attempt = withCall(state.attempt, event)
      return
    case 'tool.returned':
      if (event.profile === undefined) return
      state.profiles.push({ attempt: event.attempt, ...event.profile })
      if (state.profiles.length > MAX_PROFILES) state.profiles.shift()
      return
    case 'candidate.evaluated':
      state.evaluations += event.scorerRuns ?? 1
      state.lastEvaluationMs = event.durationMs
      if (event.by === 'agent') rememberTree(state, event)
      return
    case 'candidate.recalled':
      rememberTree(state, event)
      return
    case 'candidate.kept': {
      state.kept.push(keptCandidate(event, state.attempt, state.redirection.base))
      if (state.kept.length > MAX_KEPT) state.kept.shift()
      if (state.attempt !== null) state.attempt = { ...state.attempt, kept: event.evaluation }
      return
    }
    case 'attempt.taken-up':
      visit(state, event.taken)
      if (state.attempt !== null)
        state.attempt = { ...state.attempt, takenUp: [...(state.attempt.takenUp ?? []), event.taken] }
      return
    case 'candidate.held':
      if (state.attempt !== null)
        state.attempt = { ...state.attempt, retyped: [...(state.attempt.retyped ?? []), event.of] }
      return
    case 'solution.submitted':
      if (state.attempt !== null) state.attempt = { ...state.attempt, solution: event.solution }
      return
    case 'gate.calibrated':
      state.calibration = event.calibration
      state.evaluations += countRuns(event.calibration.rounds)
      closeGate(state)
      return
    case 'gate.opened': {
      const { codeId, rules } = event
      if (state.attempt !== null) state.attempt = { ...state.attempt, gate: { codeId, rules, rounds: [] } }
      return
    }
    case 'gate.sampled':
      state.evaluations += countRuns([event.round])
      if (state.attempt?.gate !== undefined)
        state.attempt = { ...state.attempt, gate: withRound(state.attempt.gate, event.round) }
      return
    case 'gate.decided':
      state.lastVerdict = event.verdict
      if (state.attempt !== null) state.attempt = withVerdict(state.attempt, event.verdict)
      return
    case 'version.committed':
      state.versions.push(event.version)
      state.costSinceVersionUsd = 0
      state.evaluated = []
      state.quietSince = spentBy(state)
      if (event.version.number > 0) closeAttempt(state, acceptedRecord(state.attempt, event.version))
      return
    case 'version.remeasured':
      state.versions = state.versions.map((version) =>
        version.number === event.number ? { ...version, score: event.score, scorer: event.scorer } : version,
      )
      state.calibration = null
      state.segmentStart = state.ledger.length
      state.segmentBase = (state.versions.at(-1) ?? event).number
      state.kept = []
      state.evaluated = []
      state.lessons = withEarlierScorer(state.lessons)
      state.lessonTallies = {}
      state.lessonResults = []
      if (state.insights !== null) state.insights = { ...state.insights, gist: OF_EARLIER_SCORER }
      closeGate(state)
      return
    case 'lineage.rebuilt':
      rebuild(state, event)
      return
    case 'candidate.rejected':
      closeAttempt(state, endedRecord(state.attempt, event, 'rejected'))
      return
    case 'candidate.set-aside':
      closeAttempt(state, endedRecord(state.attempt, event, 'indecisive'))
      return
    case 'lineage.compared':
      state.comparison = event.comparison
      state.evaluations += countRuns(event.comparison.rounds)
      return
    case 'attempt.abandoned': {
      const { attempt: number, reason, stalled } = event
      const isIdle = event.refused || state.attempt?.calls === 0 || ledNowhere(state, number, stalled)
      state.lastVerdict = null
      const record: AttemptRecord = { number, outcome: 'abandoned', reason }
      closeAttempt(state, stalled === undefined ? record : { ...record, stalled }, isIdle)
      return
    }
    case 'supervisor.intervened':
      state.evaluated = []
      addCost(state, event.usage, event.costUsd)
      state.quietSince = spentBy(state)
      return
    case 'note.taken':
      state.notes.push({ attempt: event.attempt, text: event.text })
      if (state.notes.length > MAX_NOTES) state.notes.shift()
      return
    case 'lesson.learnt':
      state.lessons = foldLesson(state.lessons, event.lesson, event)
      if (isOfSegment(state, event.lesson.attempt)) countResult(state, event.lesson)
      else state.lessons = withEarlierScorer(state.lessons, event.lesson.attempt)
      state.learntUpTo = event.lesson.attempt
      if (event.usage !== undefined) addCost(state, event.usage, event.costUsd ?? null)
      return
    case 'insights.drawn': {
      const { number, attempts, gist } = event
      state.insights = { number, attempts, gist }
      return
    }
    case 'steering.received': {
      const { hash, text, source, at } = event
      state.steering.push({ number: (state.steering.at(-1)?.number ?? 0) + 1, hash, text, at })
      if (state.steering.length > MAX_STEERING) state.steering.shift()
      const place = source === STEERING_FILE ? { fileHash: hash } : { commandId: source }
      state.lastSteering = { ...state.lastSteering, ...place }
      return
    }
    case 'run.paused':
      state.pausedAt = event.at
      return
    case 'run.resumed':
      state.pausedAt = null
      return
    case 'run.ended':
      state.pausedAt = null
      state.ended = event.reason
      return
    default:
      return
  }
}

/** What the lineage knows in place of a journal that is lost. */
function rebuild(state: RunFold, event: Extract<Event, { readonly type: 'lineage.rebuilt' }>): void {
  const { attempts, costUsd, costSinceVersionUsd } = event
  state.ledger = [...attempts]
  if (costUsd === null) state.unpricedCalls += 1
  state.costUsd += costUsd ?? 0
  state.costSinceVersionUsd = costSinceVersionUsd
}

/** Whether the present scorer has judged an attempt. */
function isOfSegment({ ledger, segmentStart }: RunFold, attempt: number): boolean {
  return segmentStart === 0 || ledger.slice(segmentStart).some(({ number }) => number === attempt)
}

function countResult(state: RunFold, lesson: AttemptLesson): void {
  const result = resultOf(lesson, state.versions)
  state.lessonTallies = addResult(state.lessonTallies, result)
  state.lessonResults.push(result)
  if (state.lessonResults.length > MAX_RESULTS) state.lessonResults.shift()
}

function rememberTree(
  state: RunFold,
  { attempt, tree }: { readonly attempt: number; readonly tree: string },
): void {
  state.evaluated.push({ attempt, tree })
  if (state.evaluated.length > MAX_EVALUATED) state.evaluated.shift()
}

function visit(state: RunFold, attempt: number): void {
  while (state.visits.length <= attempt) state.visits.push(0)
  state.visits[attempt] = (state.visits[attempt] ?? 0) + 1
}

/** Who falls silent after a try has tried; who repeats or changes nothing goes nowhere, however much is evaluated. */
function ledNowhere({ evaluated }: RunFold, attempt: number, stalled: Stall | undefined): boolean {
  if (stalled !== 'silent') return stalled !== undefined
  return !evaluated.some((evaluation) => evaluation.attempt === attempt)
}

/** What was measured under other circumstances does not count. */
function closeGate(state: RunFold): void {
  if (state.attempt === null) return
  const { gate, ...attempt } = state.attempt
  state.attempt = attempt
}

/** The direction that an attempt which begins now follows. */
function followed({ redirection: { inForce } }: RunFold): Pick<OpenAttempt, 'direction'> {
  return inForce === null ? {} : { direction: { number: inForce.number, kind: inForce.kind } }
}

function closeAttempt(state: RunFold, record: AttemptRecord, isIdle = false): void {
  // A version has set it back already, and says itself what it began from.
  const { base } = state.redirection
  state.ledger.push({
    ...withFacts(record, state.attempt, state.costUsd),
    ...workOf(state.attempt),
    ...(base === null || record.outcome === 'accepted' ? {} : { base }),
  })
  state.attempt = null
  if (record.outcome === 'indecisive') return
  const accepted = record.outcome === 'accepted'
  state.failedAttempts = accepted ? 0 : state.failedAttempts + 1
  state.idleAttempts = isIdle ? state.idleAttempts + 1 : 0
}
