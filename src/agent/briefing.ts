import type { AttemptRecord } from '../attempt.ts'
import { type AttemptBudget, type Budget, timeUsedMs } from '../budget.ts'
import type { RunState } from '../journal.ts'
import type { Version } from '../lineage.ts'
import type { Direction } from '../score.ts'
import { openIntervention, startingPoint } from '../state/redirection.ts'
import { totalTokens } from '../state/spent.ts'
import { cutMiddle, firstLine, oneLine, renderDuration, renderNumber, renderUsd } from '../text.ts'
import { renderComparison, renderEvaluation } from './comparison.ts'
import type { NewDocument } from './document-news.ts'
import { fence, renderDocumentList } from './fence.ts'
import { renderLesson, renderNotes } from './lessons.ts'
import { ANNOUNCED } from './nudges.ts'
import { renderAttemptLine } from './past-attempts.ts'
import { renderRecollection } from './recollection.ts'

/** First line of an attempt's briefing, by which a resumed run finds it again. */
export function attemptHeading(attempt: number): string {
  return `# Attempt ${attempt}\n`
}

/** Which briefing is wanted. */
export interface BriefingRequest {
  readonly attempt: number
  /** Whether the conversation so far is gone, so that the record of the whole run is told as well. */
  readonly recalls: boolean
  /** A longer one is cut in the middle. */
  readonly maxCharacters: number
}

/** Part of a briefing that the record of the whole run may take, and the workspace's diff. */
const RECOLLECTION = 0.5
const DIFF = 0.2
const MAX_DIFF_CHARACTERS = 12_000
/** Lessons that are told at the beginning of every attempt: the others are found by searching. */
const LESSONS = 8

/** What the agent is told at the beginning of an attempt, and again when its conversation was compacted. */
export function renderBriefing(options: {
  readonly request: BriefingRequest
  readonly state: RunState
  readonly direction: Direction
  readonly budget: Budget
  /** Diff to the workspace from the version that the work starts from; empty when they are the same. */
  readonly workspaceDiff: string
  /** Documents that were announced: told only where the conversation is gone, and their announcement with it. */
  readonly newDocuments: readonly NewDocument[]
}): string {
  const { request, state, direction, budget, workspaceDiff, newDocuments } = options
  const { attempt, recalls, maxCharacters } = request
  const best = state.versions.at(-1)
  const last = state.ledger.at(-1)
  return [
    recalls ? `${attemptHeading(attempt)}${renderRecall(state)}` : attemptHeading(attempt),
    best && renderBest(best, state.versions[0], direction),
    last && `## Last attempt\n${renderOutcome(last)}${renderVerdict(state, direction)}`,
    renderDirection(state),
    ...(recalls
      ? renderRecollection(state, Math.floor(maxCharacters * RECOLLECTION))
      : [renderLessons(state), renderList('## Notes that no lesson has taken up', renderNotes(state))]),
    renderInsights(state),
    renderInspirations(state),
    recalls
      ? renderList(
          '## Documents that came while you worked, first those that you have not read',
          renderDocumentList(newDocuments, ANNOUNCED),
        )
      : undefined,
    renderWorkspace(state, workspaceDiff, Math.min(MAX_DIFF_CHARACTERS, Math.floor(maxCharacters * DIFF))),
    `## What is left\n${renderBudget(state, budget)}${renderPace(state)}`,
  ]
    .filter((section) => section !== undefined)
    .join('\n\n')
}

function renderRecall({ attempt, turns }: RunState): string {
  const begun =
    attempt === null || attempt.turns === 0 ? '' : ` ${attempt.turns} turns of this attempt are over.`
  return turns === 0
    ? ''
    : `What was said before has been left out to make room. What the record of the run knows of it follows, and after it what was said last.${begun}`
}

/** The last attempt stands above, in full. */
function renderLessons({ lessons, ledger }: RunState): string | undefined {
  const last = ledger.at(-1)?.number
  const others = lessons.filter(({ attempt }) => attempt !== last)
  return renderList('## What was learnt last', others.slice(-LESSONS).map(renderLesson))
}

/** The direction of the supervisor's that is in force. */
function renderDirection(state: RunState): string | undefined {
  const { inForce } = state.redirection
  if (inForce === null) return undefined
  const { what, why, read, giveUp } = inForce
  const sign = openIntervention(state)?.sign
  return [
    '## Directions',
    'The search has stalled. Follow this direction, not the one you were on:',
    `- ${oneLine(what, 2_000)}`,
    ...(why === '' ? [] : [`- Why: ${oneLine(why, 1_000)}`]),
    ...(read.length === 0 ? [] : [`- Read first: ${oneLine(read.join('; '), 1_000)}`]),
    ...(giveUp === '' ? [] : [`- Give it up: ${oneLine(giveUp, 500)}`]),
    ...(sign === undefined ? [] : [`What shows that it has stalled: ${oneLine(sign, 500)}`]),
  ].join('\n')
}

function renderWorkspace(state: RunState, diff: string, maxCharacters: number): string {
  const best = state.versions.at(-1)?.number ?? 0
  const start = startingPoint(state)?.number ?? 0
  const why =
    start === best
      ? ''
      : `\nThat is an earlier version, to take another way from; what you submit is measured against v${best} all the same.`
  const difference = diff === '' ? `It is v${start}, unchanged.` : `It differs from v${start}:`
  return [
    '## Workspace',
    `${difference}${why}`,
    ...(diff === '' ? [] : [cutMiddle(diff, maxCharacters)]),
  ].join('\n')
}

function renderInsights({ insights }: RunState): string | undefined {
  return insights === null ? undefined : `## What ${insights.attempts} attempts have shown\n${insights.gist}`
}

/** A list only: `read_attempt` has the rest. */
function renderInspirations({ attempt, ledger }: RunState): string | undefined {
  const shown = (attempt?.inspirations ?? []).flatMap((number) =>
    ledger.filter((record) => record.number === number),
  )
  return renderList(
    '## Past attempts that may be worth another look (read_attempt, take_up_attempt)',
    shown.map(renderAttemptLine),
  )
}

/** The seed is compared with nothing. */
function renderBest(best: Version, seed: Version | undefined, direction: Direction): string {
  const reference = best.number === 0 ? undefined : seed?.score
  return `## Best so far: v${best.number}\n${firstLine(best.summary)}\n${renderComparison(best.score, reference, direction, 'v0')}`
}

function renderList(heading: string, lines: readonly string[]): string | undefined {
  return lines.length === 0 ? undefined : [heading, ...lines.map((line) => `- ${line}`)].join('\n')
}

function renderOutcome(record: AttemptRecord): string {
  const summary = record.solution === undefined ? '' : `"${firstLine(record.solution.summary)}": `
  return `Attempt ${record.number}, ${record.outcome}: ${summary}${oneLine(record.reason, 600)}`
}

/** The scores behind a rejection; an accepted solution is the best version above. */
function renderVerdict(state: RunState, direction: Direction): string {
  const best = state.versions.at(-1)
  const verdict = state.lastVerdict
  if (best === undefined || verdict?.outcome !== 'not-better' || verdict.score === null) return ''
  const { score, reference = best.score } = verdict
  const evaluation = renderEvaluation(score, { number: best.number, score: reference }, direction)
  // What a candidate prints when it fails is nobody's word.
  return `\n${score.correct ? evaluation : fence(evaluation)}`
}

function renderBudget(state: RunState, budget: Budget): string {
  const { maxVersions, maxAttempts, maxWallTimeHours, maxCostUsd, maxTokens, maxEvaluations } = budget
  const left: string[] = []
  if (maxVersions !== undefined) left.push(`${maxVersions - Math.max(0, state.versions.length - 1)} versions`)
  if (maxAttempts !== undefined) left.push(`${maxAttempts - state.ledger.length} attempts, this one included`)
  if (maxWallTimeHours !== undefined)
    left.push(renderDuration(maxWallTimeHours * 3_600_000 - timeUsedMs(state, budget)))
  if (maxCostUsd !== undefined) left.push(renderUsd(maxCostUsd - state.costUsd))
  if (maxTokens !== undefined) left.push(`${renderNumber(maxTokens - totalTokens(state))} tokens`)
  if (maxEvaluations !== undefined) left.push(`${maxEvaluations - state.evaluations} runs of the scorer`)
  const own = renderAttemptBudget(budget.attempt ?? {})
  return `${left.length === 0 ? 'No limit is set.' : left.join(', ')}${own === '' ? '' : `\nOf it for this attempt: ${own}`}`
}

function renderAttemptBudget({ maxMinutes, maxCostUsd, maxTokens, maxEvaluations }: AttemptBudget): string {
  const caps: string[] = []
  if (maxMinutes !== undefined) caps.push(renderDuration(maxMinutes * 60_000))
  if (maxCostUsd !== undefined) caps.push(renderUsd(maxCostUsd))
  if (maxTokens !== undefined) caps.push(`${renderNumber(maxTokens)} tokens`)
  if (maxEvaluations !== undefined) caps.push(`${maxEvaluations} runs of the scorer`)
  return caps.join(', ')
}

function renderPace({ lastEvaluationMs }: RunState): string {
  return lastEvaluationMs === null ? '' : `\nThe last evaluation took ${renderDuration(lastEvaluationMs)}.`
}
