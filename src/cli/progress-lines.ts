import type { RecordedEvent } from '../events.ts'
import { describeComparison } from '../gate/compare-with-seed.ts'
import type { RunState } from '../journal.ts'
import { nameOutcome } from '../lesson.ts'
import {
  firstLine,
  renderCount,
  renderDuration,
  renderGain,
  renderNumber,
  renderTime,
  renderUsd,
} from '../text.ts'

/** How much is told: DEBUG adds every turn and tool call, WARNING leaves only what needs attention. */
export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR'

const ORDER: readonly LogLevel[] = ['DEBUG', 'INFO', 'WARNING', 'ERROR']

/** Waits that the person is told of. */
const LONG_WAIT_MS = 10_000

/** One plain line for an event, or null where the level leaves it out. */
export function renderEvent(event: RecordedEvent, state: RunState, level: LogLevel): string | null {
  const line = describe(event, state)
  if (line === null || ORDER.indexOf(line.level) < ORDER.indexOf(level)) return null
  return `${event.at.slice(11, 19)} ${line.text}`
}

interface Line {
  readonly level: LogLevel
  readonly text: string
}

function describe(event: RecordedEvent, state: RunState): Line | null {
  const { inForce } = state.redirection
  switch (event.type) {
    case 'run.started':
      return info(
        `${event.resumed ? 'going on with' : 'starting'} ${event.project} with ${event.model}${event.model.startsWith('builtin/') ? ', which is not a language model: it applies recipes and perturbs constants' : ''}`,
      )
    case 'attempt.started':
      return info(
        `attempt ${event.attempt}${inForce === null ? '' : `, direction ${inForce.number} (${inForce.kind}): ${firstLine(inForce.what)}`}`,
      )
    case 'model.replied':
      return debug(`  turn ${event.turn}: ${event.text || 'no text'} (${renderDuration(event.durationMs)})`)
    case 'model.failed':
      return warning(`  the model failed: ${firstLine(event.message, 300)}`)
    case 'model.waiting': {
      const waitMs = event.untilMs - Date.parse(event.at)
      const text = `  waits for the model until ${renderTime(event.untilMs)} (${renderDuration(waitMs)})`
      return waitMs < LONG_WAIT_MS ? debug(text) : warning(text)
    }
    case 'model.replaced':
      return warning(`${event.to} takes the place of ${event.from}: ${firstLine(event.why, 300)}`)
    case 'budget.warned':
      return warning(
        `${Math.round((100 * event.used) / event.limit)}% of ${event.cap} is used up: ${renderNumber(event.used)} of ${renderNumber(event.limit)}`,
      )
    case 'config.changed':
      return warning(describeTakeOver(event))
    case 'tool.called':
      return debug(`  ${event.tool} ${event.about}`)
    case 'tool.returned':
      return event.failed ? debug(`  ${event.tool} failed`) : null
    case 'candidate.evaluated':
      return describeEvaluation(event)
    case 'candidate.kept':
      return null
    case 'candidate.recalled':
      return debug(`  not evaluated again: ${firstLine(event.known, 300)}`)
    case 'candidate.held':
      return debug(`  not measured yet: an idea of attempt ${event.of}, typed again`)
    case 'attempt.taken-up':
      return debug(`  takes up attempt ${event.taken}`)
    case 'solution.submitted':
      return info(`  submitted: ${firstLine(event.solution.summary)}`)
    case 'attempt.stalled':
      return debug(`  ${describeStall(event)}; the agent was told`)
    case 'attempt.abandoned':
      return info(`  abandoned: ${firstLine(event.reason, 300)}`)
    case 'gate.calibrated':
      return null
    case 'gate.opened':
      return null
    case 'journal.rotated':
      return null
    case 'gate.sampled':
      return describeRound(event)
    case 'gate.decided':
      return debug(`  gate: ${event.verdict.outcome}, ${firstLine(event.verdict.reason)}`)
    case 'version.committed': {
      const { number, gain, evidence, score, summary } = event.version
      const measured = `${renderGain(gain, evidence?.interval ?? null)}${evidence?.unconfirmed ? ' (unconfirmed)' : ''}`
      const change = number === 0 ? 'the seed' : `${measured}, ${firstLine(summary)}`
      return info(`v${number} ${renderNumber(score.value)}: ${change}`)
    }
    case 'version.remeasured':
      return warning(
        `the scorer has changed: v${event.number} is measured again, ${renderNumber(event.score.value)}`,
      )
    case 'lineage.rebuilt':
      return warning(
        `the journal was lost: ${renderCount(event.versions, 'version')} and ${renderCount(event.attempts.length, 'attempt')} were read from the lineage, ${event.costUsd === null ? 'the cost is not known' : `${renderUsd(event.costUsd)} spent on them`}`,
      )
    case 'lineage.foreign':
      return warning(
        `somebody committed on the lineage's branch: ${renderCount(event.commits.length, 'commit')}, now on the branch ${event.branch}; the lineage goes on without`,
      )
    case 'workspace.changed':
      return warning(
        `somebody changed the workspace: ${event.files.join(', ')}${event.kept === null ? '' : ` (kept as ${event.kept})`}`,
      )
    case 'candidate.rejected':
      return info(`  rejected: ${firstLine(event.reason, 300)}`)
    case 'candidate.set-aside':
      return warning(`  set aside, it could not be measured: ${firstLine(event.reason, 300)}`)
    case 'lineage.compared': {
      const text = describeComparison(event.comparison)
      return event.comparison.differs ? warning(text) : info(text)
    }
    case 'supervisor.intervened':
      return info(`supervisor: ${event.sign}${describeIntervention(state)}`)
    case 'direction.chosen':
      return null
    case 'knowledge.changed':
      return info(
        `knowledge: ${event.changes.map(({ change, document }) => `${change} ${document}`).join(', ')}`,
      )
    case 'steering.received':
      return info(`  the person says (sha256 ${event.hash.slice(0, 12)}): ${firstLine(event.text, 300)}`)
    case 'run.paused':
      return warning('paused before the next model call, as you asked: avo resume lets it go on')
    case 'run.resumed':
      return info('goes on')
    case 'note.taken':
      return debug(`  note: ${firstLine(event.text, 300)}`)
    case 'lesson.learnt': {
      const { lesson, overturned = [] } = event
      const text = `  lesson, ${nameOutcome(lesson)}: ${firstLine(lesson.tried)}`
      return overturned.length === 0
        ? debug(text)
        : info(`${text}; it proves wrong what attempt ${overturned.join(', ')} taught`)
    }
    case 'insights.drawn':
      return info(`insights ${event.number}, of ${event.attempts} attempts: ${firstLine(event.gist, 300)}`)
    case 'conversation.compacted':
      return info(`  conversation compacted at about ${renderNumber(event.tokensBefore)} tokens`)
    case 'hook.ran': {
      const took = renderDuration(event.durationMs)
      return event.problem === null
        ? debug(`  hook ${event.hook} ran (${took})`)
        : warning(`  hook ${event.hook} failed: ${event.problem} (${took})`)
    }
    case 'notice.given':
      return event.level === 'warning' ? warning(event.text) : info(event.text)
    case 'run.ended': {
      const { kind, message } = event.reason
      const text = `ended: ${message}${state.costUsd > 0 ? `; ${renderUsd(state.costUsd)} spent` : ''}`
      return kind === 'stuck' || kind === 'paused' ? warning(text) : info(text)
    }
  }
}

function describeIntervention({ redirection }: RunState): string {
  const { step = 'redirect', base, directions = [] } = redirection.interventions.at(-1) ?? {}
  const begins = base === undefined ? '' : ` from v${base}`
  const how = {
    redirect: '',
    'fresh-context': `; the agent begins anew${begins}`,
    branch: `; the agent takes another way${begins}`,
    'stronger-model': `; a stronger model begins anew${begins}`,
    end: '; nothing more is tried',
  }
  return `${how[step]}${directions.map(({ kind, what }) => `; ${kind}: ${firstLine(what)}`).join('')}`
}

function describeStall({ stall, turns }: RecordedEvent & { type: 'attempt.stalled' }): string {
  const what = {
    silent: 'the agent called no tool',
    repeating: 'the agent repeated itself',
    unchanged: 'the solution stayed as it was',
  }
  return `${what[stall]} in ${turns === 1 ? 'a turn' : `${turns} turns in a row`}`
}

function describeTakeOver({ keys, refused }: RecordedEvent & { type: 'config.changed' }): string {
  const taken = keys.length === 0 ? [] : [`taken over from avo.yaml: ${keys.join(', ')}`]
  return [...taken, ...refused.map(({ key, why }) => `${key} is not taken over: ${why}`)].join('; ')
}

function describeEvaluation(event: RecordedEvent & { type: 'candidate.evaluated' }): Line {
  const { score, by, durationMs } = event
  const what = score.correct ? renderNumber(score.value) : `${score.failure}, ${firstLine(score.reason)}`
  return info(`  ${by === 'gate' ? 'measured' : 'evaluated'}: ${what} (${renderDuration(durationMs)})`)
}

function describeRound({ round }: RecordedEvent & { type: 'gate.sampled' }): Line {
  const { stage, candidate, reference, durationMs } = round
  const [value, against] = [candidate, reference].map((score) =>
    score.correct ? renderNumber(score.value) : score.failure,
  )
  return debug(`  ${stage}: ${value} against ${against} of v${round.against} (${renderDuration(durationMs)})`)
}

function info(text: string): Line {
  return { level: 'INFO', text }
}

function debug(text: string): Line {
  return { level: 'DEBUG', text }
}

function warning(text: string): Line {
  return { level: 'WARNING', text }
}
