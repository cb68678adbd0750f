import { type Attributes, SpanKind } from '@opentelemetry/api'
import type { Event, RecordedEvent } from '../events.ts'
import type { RunState } from '../journal.ts'
import type { Round } from '../measurement.ts'
import type { Score } from '../score.ts'
import { FINISH_REASONS, modelAttributes, usageAttributes } from './attributes.ts'

/** Something that went on until a moment, and what is known of it. */
export interface Past {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly endMs: number
  readonly durationMs: number
  readonly attributes: Attributes
  readonly kind?: SpanKind
  /** A word for what went wrong. */
  readonly error?: string
}

/** The events of a kind. */
export type EventOf<Type extends Event['type']> = Extract<RecordedEvent, { readonly type: Type }>

/** A call of the model in use. */
export function chat({ model }: RunState, endMs: number, durationMs: number): Past {
  const attributes = modelAttributes(model)
  // The built-in one is no server that is called.
  const kind = model?.startsWith('builtin/') ? SpanKind.INTERNAL : SpanKind.CLIENT
  return { name: `chat ${attributes['gen_ai.request.model']}`, endMs, durationMs, attributes, kind }
}

export function sessionAttributes({
  provider,
  scorer,
  sandbox,
  resumed,
}: EventOf<'run.started'>): Attributes {
  return { 'avo.provider': provider, 'avo.scorer': scorer, 'avo.sandbox': sandbox, 'avo.resumed': resumed }
}

export function replyAttributes({
  turn,
  usage,
  costUsd,
  end,
  answeredBy,
}: EventOf<'model.replied'>): Attributes {
  return {
    'avo.turn': turn,
    ...usageAttributes(usage),
    ...(answeredBy === undefined ? {} : { 'gen_ai.response.model': answeredBy }),
    ...(costUsd === null ? {} : { 'avo.cost_usd': costUsd }),
    ...(end === undefined ? {} : { 'gen_ai.response.finish_reasons': [FINISH_REASONS[end]] }),
  }
}

export function toolAttributes({ tool, call, turn }: EventOf<'tool.called'>): Attributes {
  return {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': tool,
    'gen_ai.tool.type': 'function',
    ...(call === undefined ? {} : { 'gen_ai.tool.call.id': call }),
    'avo.turn': turn,
  }
}

/** An evaluation that the agent asked for, or the mean of the gate's rounds. */
export function evaluation(event: EventOf<'candidate.evaluated'>, endMs: number): Past {
  const { by, score, durationMs, scorerRuns = 1 } = event
  const attributes = { 'avo.by': by, 'avo.scorer_runs': scorerRuns, ...scoreAttributes(score) }
  const past = { name: 'avo.evaluate', endMs, durationMs, attributes }
  return score.correct ? past : { ...past, error: score.failure }
}

/** A round of the gate. */
export function round({ stage, against, candidate, durationMs }: Round, endMs: number): Past {
  const attributes = { 'avo.stage': stage, 'avo.against': against, ...scoreAttributes(candidate) }
  return { name: 'avo.round', endMs, durationMs, attributes }
}

/** Rounds that are told at once, and the gain that they show of a version. */
export function measuring(
  name: string,
  rounds: readonly Round[],
  endMs: number,
  shown?: { readonly version: number; readonly gain: number | null },
): Past {
  const durationMs = rounds.reduce((sum, round) => sum + round.durationMs, 0)
  const gain = shown === undefined ? {} : { 'avo.version': shown.version, ...gainOf(shown.gain) }
  return { name, endMs, durationMs, attributes: { 'avo.rounds': rounds.length, ...gain } }
}

export function gainOf(gain: number | null): Attributes {
  return gain === null ? {} : { 'avo.gain': gain }
}

function scoreAttributes(score: Score): Attributes {
  return score.correct ? { 'avo.correct': true, 'avo.score': score.value } : { 'avo.correct': false }
}
