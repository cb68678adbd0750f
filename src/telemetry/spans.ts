import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { RecordedEvent } from '../events.ts'
import type { Journal, RunState } from '../journal.ts'
import { modelAttributes, runAttributes, usageAttributes } from './attributes.ts'
import {
  chat,
  type EventOf,
  evaluation,
  gainOf,
  measuring,
  type Past,
  replyAttributes,
  round,
  sessionAttributes,
  toolAttributes,
} from './past.ts'

/** What goes on for a while, the outermost first: what is further in ends with what is around it. */
const LEVELS = ['session', 'attempt', 'gate', 'tool'] as const

type Level = (typeof LEVELS)[number]

/**
 * Makes spans of what happens from now on: the session, its attempts, in them the calls of the model, of tools, evaluations and
 * the gate with its rounds. A session that goes on with a run is a trace of its own, with the same `avo.run.id`. Returns a
 * function that ends what is open.
 */
export function traceRun(journal: Journal, project: string, tracer: Tracer): () => void {
  const open = new Map<Level, Span>()
  /** When the last event came: what took no measured time began there. */
  let beforeMs = Date.now()

  const unsubscribe = journal.subscribe((event, state) => {
    const atMs = Date.parse(event.at)
    resume(state, event, atMs)
    follow(event, state, atMs)
    beforeMs = atMs
  })

  function follow(event: RecordedEvent, state: RunState, atMs: number): void {
    switch (event.type) {
      case 'run.started':
        begin('session', 'avo.run', atMs, {
          ...runAttributes(project, state.startedAt),
          ...sessionAttributes(event),
        })
        return
      case 'attempt.started':
        begin('attempt', 'avo.attempt', atMs, attemptAttributes(event.attempt, state))
        return
      case 'model.replied':
        tell({
          ...chat(state, atMs, event.durationMs),
          attributes: { ...modelAttributes(state.model), ...replyAttributes(event) },
        })
        return
      case 'model.failed':
        tell({ ...chat(state, atMs, atMs - beforeMs), error: event.code })
        return
      case 'tool.called':
        begin('tool', `execute_tool ${event.tool}`, atMs, toolAttributes(event))
        return
      case 'tool.returned':
        if (event.failed) fail(open.get('tool'), 'tool_failed')
        end('tool', atMs)
        return
      case 'candidate.evaluated':
        tell(evaluation(event, atMs))
        return
      case 'gate.opened':
        begin('gate', 'avo.gate', atMs)
        return
      case 'gate.sampled':
        tell(round(event.round, atMs))
        return
      case 'gate.decided':
        decide(event, atMs)
        return
      case 'gate.calibrated':
        tell(measuring('avo.calibrate', event.calibration.rounds, atMs))
        return
      case 'lineage.compared':
        tell(measuring('avo.compare', event.comparison.rounds, atMs, event.comparison))
        return
      case 'version.committed':
        end('attempt', atMs, {
          'avo.outcome': 'accepted',
          'avo.version': event.version.number,
          ...gainOf(event.version.gain),
        })
        return
      case 'candidate.rejected':
        end('attempt', atMs, { 'avo.outcome': 'rejected' })
        return
      case 'candidate.set-aside':
        end('attempt', atMs, { 'avo.outcome': 'indecisive' })
        return
      case 'attempt.abandoned':
        end('attempt', atMs, { 'avo.outcome': 'abandoned' })
        return
      case 'supervisor.intervened':
        tell(intervention(event, atMs))
        return
      case 'run.ended':
        end('session', atMs, { 'avo.stop': event.reason.kind })
        return
      default:
        return
    }
  }

  function begin(level: Level, name: string, atMs: number, attributes: Attributes = {}): void {
    end(level, atMs)
    open.set(level, tracer.startSpan(name, { startTime: atMs, attributes }, inside(LEVELS.indexOf(level))))
  }

  function end(level: Level, atMs: number, attributes: Attributes = {}): void {
    open.get(level)?.setAttributes(attributes)
    for (const inner of LEVELS.slice(LEVELS.indexOf(level)).reverse()) {
      open.get(inner)?.end(atMs)
      open.delete(inner)
    }
  }

  /** What is over already, inside whatever goes on. */
  function tell({ name, endMs, durationMs, attributes, kind, error }: Past): void {
    const options = { startTime: endMs - durationMs, attributes, ...(kind === undefined ? {} : { kind }) }
    const span = tracer.startSpan(name, options, inside(LEVELS.length))
    if (error !== undefined) fail(span, error)
    span.end(endMs)
  }

  /** Where an earlier verdict stands, the gate was not opened. */
  function decide({ verdict }: EventOf<'gate.decided'>, atMs: number): void {
    if (!open.has('gate')) begin('gate', 'avo.gate', atMs)
    end('gate', atMs, { 'avo.outcome': verdict.outcome, ...gainOf(verdict.gain) })
  }

  function intervention(event: EventOf<'supervisor.intervened'>, endMs: number): Past {
    const { kind = 'unknown', step = 'redirect', directions, usage } = event
    const words = { 'avo.sign': kind, 'avo.step': step, 'avo.directions': directions.length }
    return {
      name: 'avo.intervene',
      endMs,
      durationMs: endMs - beforeMs,
      attributes: { ...words, ...usageAttributes(usage) },
    }
  }

  /** An attempt that an earlier session began goes on in this one. */
  function resume(state: RunState, { type }: RecordedEvent, atMs: number): void {
    if (state.attempt === null || open.has('attempt')) return
    if (type === 'run.started' || type === 'attempt.started') return
    begin('attempt', 'avo.attempt', atMs, {
      ...attemptAttributes(state.attempt.number, state),
      'avo.continued': true,
    })
  }

  function attemptAttributes(number: number, { startedAt, attempt }: RunState): Attributes {
    const kind = attempt?.direction?.kind
    const followed = kind === undefined ? {} : { 'avo.direction': kind }
    return { ...runAttributes(project, startedAt), 'avo.attempt': number, ...followed }
  }

  /** The innermost of the outer levels that goes on. */
  function inside(depth: number): Context {
    const parent = LEVELS.slice(0, depth).findLast((level) => open.has(level))
    const span = parent === undefined ? undefined : open.get(parent)
    return span === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, span)
  }

  return () => {
    unsubscribe()
    end('session', beforeMs)
  }
}

function fail(span: Span | undefined, error: string): void {
  span?.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR })
}
