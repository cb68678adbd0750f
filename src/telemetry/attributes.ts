import type { Usage } from '../events.ts'
import type { ReplyEnd } from '../model/model.ts'

/**
 * The semantic conventions for generative AI that the names follow (v1.41.0, in development):
 * https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/gen-ai/README.md. What is ours begins with `avo.`.
 * No attribute ever holds what was said, read or written: only names, numbers and words from a fixed list.
 */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.41.0'

/** The names that a run goes by: the same for all of its sessions. */
export function runAttributes(project: string, startedAt: string | null): Record<string, string> {
  return {
    'avo.project': project,
    ...(startedAt === null ? {} : { 'avo.run.id': `${project}@${startedAt}` }),
  }
}

/** A call of a model, by the name that people write: `anthropic/claude-…`. */
export function modelAttributes(name: string | null): Record<string, string> {
  const [provider = '', ...model] = (name ?? 'unknown').split('/')
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider === 'builtin' ? 'avo.builtin' : provider,
    'gen_ai.request.model': model.length === 0 ? provider : model.join('/'),
  }
}

/** Tokens of a call. Those from a cache are part of the input, as the conventions want it. */
export function usageAttributes(usage: Usage): Record<string, number> {
  return {
    'gen_ai.usage.input_tokens': inputTokensOf(usage),
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cacheReadTokens,
    'gen_ai.usage.cache_creation.input_tokens': usage.cacheWriteTokens,
  }
}

export function inputTokensOf({ inputTokens, cacheReadTokens, cacheWriteTokens }: Usage): number {
  return inputTokens + cacheReadTokens + cacheWriteTokens
}

/** Why a reply ended, in the words of the conventions. */
export const FINISH_REASONS: Readonly<Record<ReplyEnd, string>> = {
  complete: 'stop',
  'tool-calls': 'tool_call',
  length: 'length',
  refused: 'content_filter',
}
