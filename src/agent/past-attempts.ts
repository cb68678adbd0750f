import type { AttemptRecord, KeptCandidate } from '../attempt.ts'
import type { Lesson } from '../lesson.ts'
import type { Version } from '../lineage.ts'
import { cutMiddle, firstLine, oneLine, renderGain, renderPercent, renderUsd } from '../text.ts'
import { renderLesson } from './lessons.ts'

/** A past attempt in a line: what it tried and what came of it. */
export function renderAttemptLine(record: AttemptRecord): string {
  const { number, outcome, reason, gain } = record
  const gained = outcome === 'accepted' && typeof gain === 'number' ? `, ${renderPercent(gain)}` : ''
  return `attempt ${number}, ${outcome}: ${renderIdea(record)}${firstLine(reason, 300)}${gained}${renderStart(record)}`
}

/** What else a run knows of an attempt. */
export interface AttemptContext {
  /** The version that it was held against. */
  readonly base: Version | undefined
  /** What it evaluated. */
  readonly candidates: readonly KeptCandidate[]
  /** What it was asked to try. */
  readonly direction: string | undefined
  readonly lesson: Lesson | undefined
}

/** All that the run has of a past attempt, but for its files. */
export function renderAttemptRecord(
  record: AttemptRecord,
  { base, candidates, direction, lesson }: AttemptContext,
): string {
  const { number, outcome, reason, hypothesis, solution, gain, interval, z, costUsd, kept } = record
  const { base: start } = record
  const facts = [
    `Attempt ${number}: ${outcome}`,
    base === undefined ? '' : `held against v${base.number}`,
    start === undefined ? '' : `begun from v${start}`,
    typeof gain === 'number' ? `gain ${renderGain(gain, interval ?? null)}` : '',
    z === undefined ? '' : `${z.toFixed(1)} times a round's noise`,
    costUsd === undefined || costUsd === 0 ? '' : renderUsd(costUsd),
    kept === undefined ? '' : `${kept} evaluated`,
  ]
  return [
    facts.filter(Boolean).join(', '),
    direction === undefined ? '' : `Direction followed: ${oneLine(direction, 500)}`,
    hypothesis === undefined ? '' : `Hypothesis: ${hypothesis}`,
    solution === undefined ? '' : `Submitted as: ${cutMiddle(solution.summary, 2_000)}`,
    ...candidates.map((candidate) => `- ${renderCandidate(candidate)}`),
    solution?.documents === undefined ? '' : `Documents cited: ${solution.documents.join(', ')}`,
    `Verdict: ${cutMiddle(reason, 2_000)}`,
    lesson === undefined ? '' : `Learnt: ${renderLesson(lesson)}`,
  ]
    .filter(Boolean)
    .join('\n')
}

/** A candidate that an attempt evaluated, in a line: what was said of it and what came out. */
export function renderCandidateLine(candidate: KeptCandidate): string {
  return `attempt ${candidate.attempt}, ${renderCandidate(candidate)}`
}

function renderCandidate({ evaluation, words, gain, against, base }: KeptCandidate): string {
  const idea = words === undefined ? '' : `"${words}": `
  const result = gain === null ? 'incorrect' : gain === undefined ? 'measured' : renderPercent(gain)
  return `evaluation ${evaluation}: ${idea}${result} against v${against}${renderBegun(base)}`
}

/** A verdict against the best version says little of a change that was made on an earlier one. */
export function renderStart({ base, outcome }: AttemptRecord): string {
  return outcome === 'accepted' ? '' : renderBegun(base)
}

function renderBegun(base: number | undefined): string {
  return base === undefined ? '' : ` (begun from v${base}, an earlier version)`
}

/** In the agent's own words: what it submitted, or else what it set out to do. */
function renderIdea({ solution, hypothesis }: AttemptRecord): string {
  const words = solution === undefined ? hypothesis : firstLine(solution.summary)
  return words === undefined ? '' : `"${words}": `
}
