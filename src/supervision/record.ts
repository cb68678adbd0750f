import { renderLesson } from '../agent/lessons.ts'
import type { AttemptRecord } from '../attempt.ts'
import type { RunState } from '../journal.ts'
import { DIRECTION_KINDS } from '../redirection.ts'
import type { Direction } from '../score.ts'
import { cutMiddle, firstLine, renderCount, renderNumber, renderPercent } from '../text.ts'
import { weighKinds } from './bandit.ts'
import { traceInterventions } from './outcomes.ts'

/** A document of the knowledge base by name. */
export interface DocumentTitle {
  readonly document: string
  readonly title: string
}

/** How much of each the reviewer sees: the last ones. */
const MAX_VERSIONS = 30
const MAX_FAILURES = 20
const MAX_LESSONS = 20
const MAX_NOTES = 20
const MAX_INTERVENTIONS = 6
const MAX_DOCUMENTS = 40
const MAX_STEERING = 5
/** Of the scorer's metrics, and of its feedback. */
const MAX_SCORER_CHARACTERS = 2_000

/** What the search is for, as Markdown. */
export function renderTask(brief: string, direction: Direction, state: RunState): string {
  const configurations = state.versions.at(-1)?.score.scores.map(({ configuration }) => configuration) ?? []
  const better = direction === 'maximize' ? 'higher' : 'lower'
  return [
    '## The task',
    cutMiddle(brief.trim(), 8_000) || 'Make the program better by its score, without changing what it does.',
    `The score is the geometric mean over these configurations, ${better} is better: ${configurations.join(', ')}`,
    ...renderSteering(state),
  ].join('\n')
}

/** The person's words bind the supervisor as they bind the agent. */
function renderSteering({ steering }: RunState): readonly string[] {
  if (steering.length === 0) return []
  const said = steering.slice(-MAX_STEERING).map(({ text }) => `- ${cutMiddle(text, 1_000)}`)
  return ['', '## What the person said during the run; directions must fit it', ...said]
}

/** The lineage, the last failures, the lessons, the agent's notes, what profilers and the scorer say, what came of earlier directions, and what nobody has read, as Markdown. */
export function renderRecord(state: RunState, unread: readonly DocumentTitle[]): string {
  const failures = state.ledger.filter((record) => record.outcome !== 'accepted')
  return [
    renderList('Accepted versions, oldest first', state.versions.slice(-MAX_VERSIONS).map(renderVersion)),
    renderList('Failed attempts, oldest first', failures.slice(-MAX_FAILURES).map(renderFailure)),
    renderList('What was learnt, oldest first', state.lessons.slice(-MAX_LESSONS).map(renderLesson)),
    renderList(
      'Notes of the agent',
      state.notes.slice(-MAX_NOTES).map(({ text }) => firstLine(text, 300)),
    ),
    renderList('What profilers said, oldest first', state.profiles.map(renderProfile)),
    renderList('What the scorer says of the best version besides its score', renderScorer(state)),
    renderList('Directions that were given, and what came of them', renderDirections(state)),
    renderList('How well each kind of direction did, as a chance to be taken next', renderWeights(state)),
    renderList(
      'Documents of the knowledge base that the agent has never read',
      unread.slice(0, MAX_DOCUMENTS).map(({ document, title }) => `${document}: ${firstLine(title)}`),
    ),
  ].join('\n\n')
}

function renderList(heading: string, lines: readonly string[]): string {
  return [`## ${heading}`, ...(lines.length === 0 ? ['none'] : lines.map((line) => `- ${line}`))].join('\n')
}

function renderVersion({ number, gain, score, summary }: RunState['versions'][number]): string {
  return `v${number} ${renderPercent(gain)} (${renderNumber(score.value)}): ${firstLine(summary)}`
}

function renderFailure({ number, solution, reason, gain, direction, base }: AttemptRecord): string {
  const summary = firstLine(solution?.summary ?? 'nothing submitted')
  const measured = typeof gain === 'number' ? ` (${renderPercent(gain)})` : ''
  const followed = direction === undefined ? '' : `, direction ${direction.number} (${direction.kind})`
  const begun = base === undefined ? '' : `, begun from v${base}`
  return `attempt ${number}${followed}${begun}: ${summary}${measured} — ${firstLine(reason, 300)}`
}

function renderProfile({ attempt, command, output }: RunState['profiles'][number]): string {
  return `attempt ${attempt}: ${command}\n${output}`
}

function renderScorer({ versions }: RunState): readonly string[] {
  const { metrics, feedback } = versions.at(-1)?.score ?? {}
  return [
    ...(metrics === undefined
      ? []
      : [`metrics: ${cutMiddle(JSON.stringify(metrics), MAX_SCORER_CHARACTERS)}`]),
    ...(feedback === undefined ? [] : [cutMiddle(feedback, MAX_SCORER_CHARACTERS)]),
  ]
}

function renderDirections(state: RunState): readonly string[] {
  const given = traceInterventions(state).slice(-MAX_INTERVENTIONS)
  return given.flatMap(({ directions }) =>
    directions.map(({ number, kind, what, attempts, versions, gain }) => {
      const brought = versions.length === 0 ? 'no version' : renderPercent(gain)
      const came =
        attempts.length === 0 ? 'not tried' : `${renderCount(attempts.length, 'attempt')}, ${brought}`
      return `direction ${number} (${kind}): ${firstLine(what, 300)} — ${came}`
    }),
  )
}

function renderWeights({ ledger }: RunState): readonly string[] {
  const weights = weighKinds(ledger)
  return DIRECTION_KINDS.map((kind) => `${kind}: ${Math.round(100 * weights[kind])}%`)
}
