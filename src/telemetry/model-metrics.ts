import type { Meter } from '@opentelemetry/api'
import type { RecordedEvent, Usage } from '../events.ts'
import type { Journal } from '../journal.ts'
import { inputTokensOf, modelAttributes, runAttributes } from './attributes.ts'

/** Boundaries that the conventions name. */
const TOKEN_BUCKETS = Array.from({ length: 14 }, (_, power) => 4 ** power)
const SECOND_BUCKETS = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power)

/** Records what each call of a model took, from now on. Returns a function that ends it. */
export function recordModelCalls(journal: Journal, project: string, meter: Meter): () => void {
  const tokens = meter.createHistogram('gen_ai.client.token.usage', {
    description: 'Number of input and output tokens used.',
    unit: '{token}',
    advice: { explicitBucketBoundaries: TOKEN_BUCKETS },
  })
  const durations = meter.createHistogram('gen_ai.client.operation.duration', {
    description: 'GenAI operation duration.',
    unit: 's',
    advice: { explicitBucketBoundaries: SECOND_BUCKETS },
  })
  return journal.subscribe((event, state) => {
    const attributes = { ...runAttributes(project, state.startedAt), ...modelAttributes(state.model) }
    const usage = usageOf(event)
    if (usage !== null) {
      tokens.record(inputTokensOf(usage), { ...attributes, 'gen_ai.token.type': 'input' })
      tokens.record(usage.outputTokens, { ...attributes, 'gen_ai.token.type': 'output' })
    }
    if (event.type === 'model.replied') durations.record(event.durationMs / 1_000, attributes)
  })
}

/** What an event says that a call took. */
function usageOf(event: RecordedEvent): Usage | null {
  switch (event.type) {
    case 'model.replied':
      return event.usage
    case 'model.failed':
    case 'lesson.learnt':
      return event.usage ?? null
    case 'supervisor.intervened':
      // A rotation of known strategies asks nobody.
      return inputTokensOf(event.usage) === 0 ? null : event.usage
    default:
      return null
  }
}
